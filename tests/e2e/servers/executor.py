"""zuul-executor, with its log streamer on the loopback: it would listen on every address."""

from zuul.cmd import executor
from zuul.lib import log_streamer

_streamer = log_streamer.LogStreamer
log_streamer.LogStreamer = lambda _host, port, root: _streamer("127.0.0.1", port, root)
executor.main()
