#!/usr/bin/env bash
# Builds what the cache did not have, and says where everything is.
set -euo pipefail

if [ "$RESTORED" != true ] && [ -n "$INPUT_PACKAGES" ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    read -ra packages <<<"$INPUT_PACKAGES"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi
pyrometer build --interpreter "$INPUT_INTERPRETERS"
paths=$(pyrometer which --json "$INPUT_INTERPRETERS")
echo "paths=$paths" >>"$GITHUB_OUTPUT"
