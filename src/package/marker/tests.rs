//! Where markers hold, and which texts are none.

use super::{Environment, Marker, Platform};

const LINUX: Platform = Platform::ALL[0];
const WINDOWS: Platform = Platform::ALL[4];

fn holds(marker: &str, python: [u64; 3], platform: Platform) -> bool {
    Marker::parse(marker).unwrap().holds(&Environment { python, platform })
}

#[test]
fn markers_hold_where_packaging_says_so() {
    let table = [
        ("python_version>'3.5'", true),
        ("python_version < '3.9'", false),
        ("python_version>=\"3.10\"", true),
        ("python_version == '3.*'", true),
        ("'3.9' < python_version", true),
        ("'3.12' < python_version", false),
        ("python_version in '2.7 3.11'", true),
        ("python_version not in '2.6, 2.7'", true),
        ("python_full_version >= '3.11.3'", true),
        ("python_full_version < '3.11.3'", false),
        ("python_version ~= '3.8'", true),
        ("sys_platform == 'win32'", false),
        ("sys_platform != 'win32' and python_version >= '3.8'", true),
        ("sys_platform == 'win32' or python_version >= '3.8'", true),
        ("(sys_platform == 'win32' or os_name == 'posix') and python_version < '3'", false),
        ("os.name == 'posix'", true),
        ("platform_python_implementation != 'PyPy'", true),
        ("implementation_name == 'cpython'", true),
        ("platform_machine == 'x86_64'", true),
        ("platform_release == 'anything'", true),
        ("extra == 'test'", false),
        ("python_version=='2.7' or python_version=='2.6'", false),
    ];
    for (marker, expected) in table {
        assert_eq!(holds(marker, [3, 11, 4], LINUX), expected, "{marker}");
    }
    assert!(holds("sys_platform == 'win32'", [3, 11, 4], WINDOWS));
}

#[test]
fn what_is_not_a_marker_is_refused() {
    let deep = "(".repeat(100_000);
    for text in [
        "",
        "python_version",
        "python_version >",
        "(python_version > '3'",
        "os_name ~ 'x'",
        "'x",
        &deep,
        "os_name == 'x' nor",
    ] {
        assert!(Marker::parse(text).is_err(), "{text:.40}");
    }
}
