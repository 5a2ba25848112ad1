# Runs "$@" with nothing of this machine but programs, libraries and what the lists name. Started by `unshare`, in name
# spaces of its own: what is mounted here is seen nowhere else, and goes with the last process.
set -eu
root=$CELL/root
mkdir -p "$root"
mount -t tmpfs -o mode=755,size=2g none "$root"
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
mount -t proc none "$root/proc" 2>/dev/null || true
printf '%s\n' "$READ_ONLY" | while IFS= read -r dir; do
  if [ -n "$dir" ]; then read_only "$dir"; fi
done
for name in source out; do
  mkdir -p "$root/$name"
  mount --bind "$CELL/$name" "$root/$name"
done
cd "$root"
pivot_root . before
cd /source
umount -l /before
rmdir /before
exec 1>&2
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs env -i \
  PATH="$CELL_PATH:/usr/bin:/bin" HOME=/home/build TMPDIR=/tmp LANG=C.UTF-8 LC_ALL=C.UTF-8 \
  PIP_NO_INDEX=1 PIP_FIND_LINKS="$WHEELS" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore \
  SKIP_GENERATE_RENO=1 SKIP_GENERATE_AUTHORS=1 SKIP_WRITE_GIT_CHANGELOG=1 NO_COLOR=1 \
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
  "$@"
