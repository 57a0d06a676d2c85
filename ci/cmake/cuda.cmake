# Finds a CUDA toolkit >= 12.4 in PATH or under /usr/local/cuda, enables the CUDA language and chooses the architectures.

find_program(VMM_CTS_NVCC nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATH_SUFFIXES bin PATHS /usr/local/cuda/bin)
if(NOT VMM_CTS_NVCC)
  message(FATAL_ERROR "No CUDA toolkit found: put nvcc (12.4 or newer) in PATH or install the toolkit under /usr/local/cuda.")
endif()
set(CMAKE_CUDA_COMPILER ${VMM_CTS_NVCC} CACHE FILEPATH "CUDA compiler")

# Machine code for every major architecture that the toolkit knows, and PTX of the newest for what comes after it.
if(NOT CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES all-major CACHE STRING "CUDA architectures" FORCE)
endif()
enable_language(CUDA)
find_package(CUDAToolkit 12.4 REQUIRED)

set(CMAKE_CUDA_STANDARD 17)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
