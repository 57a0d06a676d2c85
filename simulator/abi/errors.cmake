# The names of all errors, read from the toolkit's headers: SIM_ERROR(number, "name") lines in driver_errors.inc and
# runtime_errors.inc.

function(simulator_error_names header pattern output)
  set(lines "")
  find_file(header_file ${header} PATHS ${CUDAToolkit_INCLUDE_DIRS} NO_DEFAULT_PATH NO_CACHE REQUIRED)
  file(STRINGS ${header_file} definitions REGEX "^ *${pattern} *= *[0-9]+,?")
  foreach(definition IN LISTS definitions)
    string(REGEX MATCH "(${pattern}) *= *([0-9]+)" unused "${definition}")
    string(APPEND lines "SIM_ERROR(${CMAKE_MATCH_3}, \"${CMAKE_MATCH_1}\")\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/${output} CONTENT "${lines}" @ONLY)
endfunction()

simulator_error_names(cuda.h "CUDA_(SUCCESS|ERROR_[A-Z0-9_]+)" driver_errors.inc)
simulator_error_names(driver_types.h "cuda(Success|Error[A-Za-z0-9]+)" runtime_errors.inc)
