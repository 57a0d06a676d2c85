# Language level, warnings, compiler cache and output folders, for every target of the project.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

# Optimised only as far as it pays: the time of a run is spent in the driver, the time of a change in the compiler.
set(CMAKE_CXX_FLAGS_RELEASE "-O1")

add_library(vmm-cts-warnings INTERFACE)
target_compile_options(vmm-cts-warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wno-missing-field-initializers $<$<BOOL:${VMM_CTS_WERROR}>:-Werror>>)

# Compiles the sources of TARGETs a few at a time: headers are read and templates made once for all of them. A third
# of the build's time. -DVMM_CTS_BATCHES=OFF compiles each alone, which is quicker where one file changes at a time.
option(VMM_CTS_BATCHES "Compile several sources of a library at a time" ON)
function(compile_in_batches)
  foreach(target IN LISTS ARGN)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${VMM_CTS_BATCHES} UNITY_BUILD_BATCH_SIZE 6)
  endforeach()
endfunction()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The three settings let a precompiled header take part in the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
