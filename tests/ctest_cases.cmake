# Read by ctest itself: every case of vmm-cts-tests is a CTest test too, in a process of its own, labelled with its group.
# The gate is the runner (vmm-cts run), which needs one process for all; this is for IDEs, CDash and a single case.
# VMM_CTS_TESTS and VMM_CTS_SIMULATOR_DIR are set by the file that includes this one.

if(EXISTS /dev/nvidiactl OR EXISTS /dev/dxg)
  set(vmm_cts_on_gpu TRUE)
else()
  set(vmm_cts_on_gpu FALSE)
endif()

# A case that is a known deviation of this GPU and driver passes as long as it fails.
set(vmm_cts_deviating)
if(vmm_cts_on_gpu)
  get_filename_component(folder "${VMM_CTS_TESTS}" DIRECTORY)
  execute_process(COMMAND "${folder}/vmm-cts" claims --deviating OUTPUT_VARIABLE vmm_cts_deviating)
  string(REPLACE "\n" ";" vmm_cts_deviating "${vmm_cts_deviating}")
endif()

set(vmm_cts_lane 0)
function(vmm_cts_case name pattern group timeout undisturbed)
  set(test "case/${name}")
  add_test("${test}" ${VMM_CTS_TESTS} "${pattern}")
  set_tests_properties("${test}" PROPERTIES LABELS ${group} TIMEOUT ${timeout} SKIP_RETURN_CODE 77)
  list(FIND vmm_cts_deviating "${name}" found) # ctest knows no policy that would make IN_LIST work here
  if(NOT found EQUAL -1)
    set_tests_properties("${test}" PROPERTIES WILL_FAIL TRUE LABELS "${group};known_deviation")
  endif()
  if(undisturbed)
    set_tests_properties("${test}" PROPERTIES RUN_SERIAL TRUE)
  endif()
  if(vmm_cts_on_gpu)
    if(NOT undisturbed) # four at a time: a driver starts no more processes a second however many wait
      math(EXPR lane "(${vmm_cts_lane} + 1) % 4")
      set(vmm_cts_lane ${lane} PARENT_SCOPE)
      set_tests_properties("${test}" PROPERTIES RESOURCE_LOCK "gpu lane ${lane}" ENVIRONMENT VMM_CTS_SHARED_GPU=1)
    endif()
  else()
    # A simulated GPU of its own: each case looks for device memory that it lost, and others run at the same time.
    string(MD5 own_gpu "${name}")
    set_tests_properties("${test}" PROPERTIES ENVIRONMENT "VMM_CTS_SIMULATOR_GPU=ctest ${own_gpu}"
                         ENVIRONMENT_MODIFICATION "LD_LIBRARY_PATH=path_list_prepend:${VMM_CTS_SIMULATOR_DIR}")
  endif()
endfunction()

include("${VMM_CTS_CASES}")
