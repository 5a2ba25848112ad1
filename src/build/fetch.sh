# Runs "$@" in an empty directory of a file system in memory of its own, and brings the wheels that it leaves there out to
# $WHEELS. Started by `unshare`: whatever a server sends, it fills no disk, and the rest goes with the last process.
set -eu
mount -t tmpfs -o "mode=700,size=$ROOM_SIZE" none "$ROOM"
mkdir "$ROOM/wheels" "$ROOM/tmp"
export TMPDIR="$ROOM/tmp"
cd "$ROOM/wheels"
# Pages of the index are read into memory.
(ulimit -v "$MEMORY" && exec "$@")
find . -maxdepth 1 -type f -name '*.whl' -exec cp -P -t "$WHEELS" {} +
