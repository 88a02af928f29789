"""llama.cpp's server on a free port: prints its address, and ends with its standard input.

Arguments: the model, the key that clients must have, and settings such as n_ctx=4096 or cpuparams.n_threads=1.
"""

import sys

import xllamacpp

model, key = sys.argv[1], sys.argv[2]
params = xllamacpp.CommonParams()
params.model.path = model
# What clients send as the model's name.
params.model_alias = {"qwen2.5-coder-0.5b"}
params.n_ctx = 4096
params.n_parallel = 1
params.hostnames = ["127.0.0.1"]
params.port = 0
params.api_keys = [key]
params.n_gpu_layers = 0
# By default as many as the machine has, whatever this process may use of it.
params.cpuparams.n_threads = 2
params.cpuparams_batch.n_threads = 2
params.verbosity = 0
for setting in sys.argv[3:]:
    path, value = setting.split("=")
    *groups, name = path.split(".")
    target = params
    for group in groups:
        target = getattr(target, group)
    setattr(target, name, int(value))
server = xllamacpp.Server(params)
print(f"\nlistening on {server.listening_address}", flush=True)
sys.stdin.read()
