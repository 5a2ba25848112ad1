# Runs "$@" with nothing of this machine but programs, libraries and what the lists name. Started by `unshare`, in name
# spaces of its own: what is mounted here is seen nowhere else, and goes with the last process. Everything that the program
# writes is in one file system in memory, so that it cannot fill a disk.
set -eu
root=$CELL/root
mkdir -p "$root"
mount -t tmpfs -o "mode=755,size=$CELL_SIZE" none "$root"
read_only() {
  mkdir -p "$root$1"
  mount --bind "$1" "$root$1"
  mount -o remount,bind,ro "$root$1"
}
for dir in /usr /bin /sbin /lib /lib32 /lib64 /libx32; do
  if [ -L "$dir" ]; then cp -P "$dir" "$root$dir"; elif [ -d "$dir" ]; then read_only "$dir"; fi
done
mkdir -p "$root/etc" "$root/dev" "$root/proc" "$root/tmp" "$root/home/build" "$root/before"
for name in ld.so.cache ld.so.conf alternatives; do
  if [ -e "/etc/$name" ]; then cp -RP "/etc/$name" "$root/etc/$name"; fi
done
echo 'build:x:0:0:build:/home/build:/bin/sh' > "$root/etc/passwd"
echo 'build:x:0:' > "$root/etc/group"
for name in null zero full random urandom; do
  : > "$root/dev/$name"
  mount --bind "/dev/$name" "$root/dev/$name"
done
printf '%s\n' "$READ_ONLY" | while IFS= read -r dir; do
  if [ -n "$dir" ]; then read_only "$dir"; fi
done
cp -RP "$CELL/source" "$CELL/out" "$root/"
ended=0
unshare --mount --pid --fork --kill-child -- sh -c "$INSIDE" inside "$@" || ended=$?
# Nothing of the program is running any more. Whatever it left there, only packages come out.
find "$root/out" -maxdepth 1 -type f \( -name '*.whl' -o -name '*.tar.gz' \) -exec cp -P -t "$CELL/out" {} +
exit "$ended"
