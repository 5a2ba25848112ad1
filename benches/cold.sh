#!/usr/bin/env bash
# The first check of a request, as a fresh job starts: bytes and time, against a server that filters and one that does not.
#
#   benches/cold.sh TAGKEEPER RELEASES COMMIT REPOSITORY DIR
#
# TAGKEEPER is the program, RELEASES a clone of a releases repository, COMMIT a request in it, REPOSITORY the name of the project that it
# releases (openstack/oslo.config), DIR its bare git directory on this machine. git daemon serves it on the loopback.
set -euo pipefail
tagkeeper=$1 releases=$2 commit=$3 repository=$4 dir=$5
work=$(mktemp -d)
trap 'kill "${daemon:-}" 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$work/served/$(dirname "$repository")"
ln -s "$(realpath "$dir")" "$work/served/$repository"

serve() { # whether to filter
  git -c "uploadpack.allowFilter=$1" -c safe.directory='*' daemon --reuseaddr --listen=127.0.0.1 --port=9419 --export-all --base-path="$work/served" "$work/served" &
  daemon=$!
  for _ in $(seq 50); do git ls-remote -q "git://127.0.0.1:9419/$repository" >/dev/null 2>&1 && return; sleep 0.1; done
}
bytes() { du -sb "$1" | cut -f1; }

serve true
git clone -q --bare "git://127.0.0.1:9419/$repository" "$work/whole"
echo "a full clone: $(bytes "$work/whole/objects") bytes"
for filter in true false; do
  kill "$daemon"; wait "$daemon" 2>/dev/null || true
  serve "$filter"
  printf 'git: git://127.0.0.1:9419/{repo}\ngovernance: null\nzuul-projects: null\ncache: %s/cache-%s\n' "$work" "$filter" > "$work/config"
  for run in cold warm; do
    start=$(date +%s%N)
    "$tagkeeper" check -C "$releases" --config "$work/config" --base "$commit^" --head "$commit" --as-of "$commit" > "$work/out" 2>&1 || true
    end=$(date +%s%N)
    echo "filter=$filter $run: $(bytes "$work/cache-$filter/mirrors") bytes in the cache, $(((end - start) / 1000000)) ms: $(tail -n 1 "$work/out")"
  done
done
