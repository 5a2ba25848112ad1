#!/usr/bin/env bash
# Prints the java of a JDK of 21 or newer; fails where there is none.
set -euo pipefail
for java in "${JAVA_HOME:-/none}/bin/java" "$(command -v java || echo /none)" /usr/lib/jvm/*/bin/java; do
  [ -x "$java" ] || continue
  java=$(readlink -f "$java")
  [ -x "$(dirname "$java")/javac" ] || continue
  major=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  if [ "${major:-0}" -ge 21 ]; then
    echo "$java"
    exit
  fi
done
exit 1
