# Goes into the root that is ready, where nothing leads out of, and becomes "$@": the first process there, whose end ends all
# others.
set -eu
mount -t proc none "$CELL/root/proc" 2>/dev/null || true
cd "$CELL/root"
pivot_root . before
cd /source
umount -l /before
rmdir /before
exec 1>&2
exec prlimit --nproc=2000 --core=0 -- setpriv --bounding-set=-all --inh-caps=-all --no-new-privs env -i \
  PATH="$CELL_PATH:/usr/bin:/bin" HOME=/home/build TMPDIR=/tmp LANG=C.UTF-8 LC_ALL=C.UTF-8 \
  PIP_NO_INDEX=1 PIP_FIND_LINKS="$WHEELS" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore \
  SKIP_GENERATE_RENO=1 SKIP_GENERATE_AUTHORS=1 SKIP_WRITE_GIT_CHANGELOG=1 NO_COLOR=1 \
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
  "$@"
