#!/bin/bash
# check.sh EMIT WORK - every message that the SDK can write, read by other people's tools.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
emit=${1:?EMIT} work=${2:?WORK}
mkdir -p "$work"
"$emit" document >"$work/document.json"
"$emit" messages >"$work/messages.jsonl"
"$here/validate.sh" "$work" "$work/document.json" "$work/messages.jsonl"
"$here/validate.sh" "$work" "$work/document.json" "$work/messages.jsonl" controls
