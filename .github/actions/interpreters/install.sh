#!/usr/bin/env bash
# Puts `pyrometer` on the PATH of the steps that follow, and says where it is to build.
set -euo pipefail

home=${INPUT_HOME:-$RUNNER_TEMP/pyrometer}
command=$INPUT_COMMAND
if [ -z "$command" ]; then
    root=$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)
    venv=$RUNNER_TEMP/pyrometer-venv
    if [ "$(id -u)" = 0 ] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
    fi
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint "$root/constraints.txt" "$root"
    command=$venv/bin/pyrometer
fi

# A folder with nothing else in it: the whole bin/ would put another python before the job's own.
bin=$RUNNER_TEMP/pyrometer-bin
mkdir -p "$bin" "$home"
ln -sf "$(realpath "$command")" "$bin/pyrometer"
echo "$bin" >>"$GITHUB_PATH"
echo "PYROMETER_HOME=$home" >>"$GITHUB_ENV"
if [ -n "$INPUT_MIRROR" ]; then
    echo "PYROMETER_DEBIAN_MIRROR=$INPUT_MIRROR" >>"$GITHUB_ENV"
fi
echo "home=$home" >>"$GITHUB_OUTPUT"
