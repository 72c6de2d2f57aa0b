#!/usr/bin/env bash
# Names the cache after all that makes a build another one.
#
# `pyrometer build --key` covers the recipe, its code and the architecture. It does not cover what a
# rolling source holds today (a row names a series, the receipt the version): the date stands for
# that. Neither does it cover where the build is, and a build cannot be moved: its own path is baked
# into it, and the cache restores relative to the workspace. The system is there for what is
# compiled against its C library.
set -euo pipefail

keys=$(pyrometer build --key --interpreter "$INPUT_INTERPRETERS")
case $INPUT_KEEP in
day) since=$(date -u +%Y-%m-%d) ;;
week) since=$(date -u +%G-W%V) ;;
month) since=$(date -u +%Y-%m) ;;
forever) since=forever ;;
*)
    echo "::error::keep: '$INPUT_KEEP' is none of day, week, month, forever"
    exit 2
    ;;
esac
place=$(cat /etc/os-release && printf '%s\n' "$PYROMETER_HOME" "$GITHUB_WORKSPACE")
digest=$(printf '%s\n' "$keys" "$place" | sha256sum | cut -c-16)
echo "key=pyrometer-$(uname -m)-$since-$digest" >>"$GITHUB_OUTPUT"
