#!/usr/bin/env bash
# Installs what the end-to-end tests need below $E2E: the jars of Gerrit, Zuul, a small Ansible. Does nothing twice.
# Prints the reason and ends with status 77 where something named in README.md cannot be had.
set -euo pipefail
cd "$(dirname "$0")"
E2E=${E2E:-/var/tmp/tagkeeper-e2e}
ZUUL_VERSION=${ZUUL_VERSION:-14.3.0}
logs=$E2E/install-logs
mkdir -p "$logs"

cannot() { echo "e2e: cannot run here: $*"; exit 77; }
say() { echo "e2e: $*"; }

packages() {
  local want=()
  command -v bwrap >/dev/null || want+=(bubblewrap)
  [ -e /usr/share/java/zookeeper.jar ] || want+=(zookeeper)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || want+=(postgresql)
  command -v java >/dev/null || want+=(default-jre-headless)
  command -v mvn >/dev/null || want+=(maven)
  command -v rsync >/dev/null || want+=(rsync)
  command -v curl >/dev/null || want+=(curl)
  command -v ssh-agent >/dev/null || want+=(openssh-client)
  [ -x /usr/sbin/sshd ] || want+=(openssh-server)
  /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || want+=(python3-venv)
  ./find-jdk.sh >/dev/null || want+=("$(jdk_package)")
  [ "${#want[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || cannot "no apt-get, and not here: ${want[*]}"
  say "installing ${want[*]}"
  apt-get update -qq >"$logs/apt.log" 2>&1 || cannot "the package index cannot be had: $(tail -n 1 "$logs/apt.log")"
  # No package may start its own daemon.
  local policy=/usr/sbin/policy-rc.d made=
  [ -e $policy ] || { made=yes; printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; }
  local status=0
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${want[@]}" >>"$logs/apt.log" 2>&1 || status=$?
  [ -z "$made" ] || rm -f $policy
  [ $status -eq 0 ] || cannot "the packages ${want[*]} cannot be had: $(tail -n 1 "$logs/apt.log")"
}

# The first JDK package that is new enough; its plain name where the index is not known, for the message.
jdk_package() {
  local version
  for version in 25 21; do
    if apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
      echo "openjdk-$version-jdk-headless"
      return
    fi
  done
  echo openjdk-21-jdk-headless
}

gerrit() { # version
  local lib=$E2E/gerrit-$1
  [ ! -d "$lib" ] || return 0
  say "jars of Gerrit $1 (90 MB)"
  rm -rf "$lib.part"
  mvn --quiet --batch-mode -Dstyle.color=never --file servers/pom.xml "-Dgerrit.version=$1" dependency:copy-dependencies \
    "-DoutputDirectory=$lib.part" >"$logs/maven.log" 2>&1 || cannot "the jars of Gerrit $1 cannot be had: $(grep -m 1 ERROR "$logs/maven.log" | cut -c 1-300)"
  # The war has this resource; the server tells its version by it.
  mkdir -p "$lib.part/resources/com/google/gerrit/common"
  printf %s "$1" >"$lib.part/resources/com/google/gerrit/common/Version"
  mv "$lib.part" "$lib"
}

# Of the system's own Python: jobs see /usr and nothing of a home directory.
venv() { # directory log requirement…
  local directory=$1 log=$2
  shift 2
  [ ! -e "$directory/complete" ] || return 0
  rm -rf "$directory"
  /usr/bin/python3 -m venv "$directory"
  "$directory/bin/pip" install --quiet "$@" >"$logs/$log" 2>&1 || cannot "$* cannot be had: $(tail -n 1 "$logs/$log")"
  touch "$directory/complete"
}

zuul() {
  /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || cannot "Zuul wants Python 3.11, here is $(/usr/bin/python3 --version)"
  [ -e "$E2E/zuul/complete" ] || say "Zuul $ZUUL_VERSION"
  venv "$E2E/zuul" zuul.log "zuul==$ZUUL_VERSION" zuul-client aiosmtpd
  # The executor asks both of its Ansible versions whether they are there. Jobs here need the core and what Zuul's plugins import.
  [ -e "$E2E/ansible/11/complete" ] || say "Ansible"
  venv "$E2E/ansible/11" ansible.log 'ansible-core>=2.18,<2.19' google-re2 voluptuous jmespath netaddr passlib
  ln -sfn 11 "$E2E/ansible/9"
}

# Makes the wheel that a node gets.
maturin() {
  [ -e "$E2E/maturin/complete" ] || say "maturin"
  venv "$E2E/maturin" maturin-install.log 'maturin>=1.9,<2'
}

packages
./find-jdk.sh >/dev/null || cannot "no JDK of 21 or newer, and none can be installed"
for version in $(<servers/gerrit-versions); do gerrit "$version"; done
zuul
maturin
say "installed below $E2E ($(du -sh "$E2E" | cut -f1))"
