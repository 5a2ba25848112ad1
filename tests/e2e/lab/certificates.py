"""The certificates with which Zuul and ZooKeeper know each other: Zuul speaks TLS only."""

from .place import run


def make(directory):
    directory.mkdir()
    ca = ["-CA", directory / "ca.pem", "-CAkey", directory / "ca.key", "-CAcreateserial"]
    (directory / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=e2e-ca",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        "-keyout", directory / "ca.key", "-out", directory / "ca.pem")
    for name in ("server", "client"):
        key, request, certificate = (directory / f"{name}.{end}" for end in ("key", "csr", "pem"))
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", request)
        run("openssl", "x509", "-req", "-in", request, *ca, "-days", "30", "-extfile", directory / "names", "-out", certificate)
    both = (directory / "server.pem").read_text() + (directory / "server.key").read_text()
    (directory / "server-with-key.pem").write_text(both)
