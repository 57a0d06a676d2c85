# Third-party code: header-only or static, so that one build runs on Debian 12, Ubuntu 24.04 and NGC images.

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)

find_package(Catch2 3.4 QUIET)
if(NOT Catch2_FOUND)
  include(FetchContent)
  FetchContent_Declare(Catch2
    GIT_REPOSITORY https://github.com/catchorg/Catch2.git
    GIT_TAG fa43b77429ba76c462b1898d6cd2f2d7a9416b14 # v3.7.1
    GIT_SHALLOW TRUE)
  FetchContent_MakeAvailable(Catch2)
endif()

find_path(PUGIXML_INCLUDE_DIR pugixml.hpp REQUIRED)
find_library(PUGIXML_LIBRARY NAMES libpugixml.a pugixml REQUIRED)
add_library(vmm-cts-xml INTERFACE)
target_include_directories(vmm-cts-xml SYSTEM INTERFACE ${PUGIXML_INCLUDE_DIR})
target_link_libraries(vmm-cts-xml INTERFACE ${PUGIXML_LIBRARY})
