# Stream capture and graphs. Included by the simulator's CMakeLists.txt; paths are relative to that folder.

list(APPEND simulator_driver_sources
  graph/model/node.cpp graph/model/graph.cpp graph/model/copy.cpp graph/model/user_object.cpp
  graph/conditional/conditional.cpp graph/memory/allocation.cpp graph/memory/nodes.cpp
  graph/capture/sequence.cpp graph/capture/record.cpp graph/capture/refuse.cpp
  graph/exec/exec.cpp graph/exec/instantiable.cpp graph/exec/plan.cpp
  graph/compare/operand.cpp graph/compare/kernel_rules.cpp graph/compare/copy_rules.cpp graph/compare/fill_rules.cpp
  graph/compare/memory_operation_rules.cpp graph/compare/other_rules.cpp
  graph/compare/pairing.cpp graph/compare/update.cpp
  graph/params/driver.cpp
  graph/api/structure.cpp graph/api/edges.cpp graph/api/nodes.cpp graph/api/contents.cpp graph/api/attributes.cpp
  graph/api/execs.cpp graph/api/launch.cpp graph/api/memory.cpp graph/api/capture.cpp
  graph/api/user_objects.cpp
  graph/abi/driver_structure.cpp graph/abi/driver_add.cpp graph/abi/driver_params.cpp graph/abi/driver_exec.cpp
  graph/abi/driver_capture.cpp graph/abi/driver_earlier.cpp graph/abi/driver_user_objects.cpp
  graph/abi/driver_entry_points.cpp)
list(APPEND simulator_runtime_sources
  graph/params/runtime.cpp
  graph/abi/runtime_structure.cpp graph/abi/runtime_add.cpp graph/abi/runtime_params.cpp graph/abi/runtime_exec.cpp
  graph/abi/runtime_capture.cpp graph/abi/runtime_earlier.cpp graph/abi/runtime_user_objects.cpp)
