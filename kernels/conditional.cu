// The GPU's copy of the device code for conditional nodes.
#include "conditional.cuh"
