# Writes the suite's version: the release, the commit and whether the tree had changes. Touches the header only when it differs.

set(VMM_CTS_SUITE_VERSION ${VERSION})
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} rev-parse --short HEAD
                  OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE FAILED)
  if(NOT FAILED)
    string(APPEND VMM_CTS_SUITE_VERSION "+g${COMMIT}")
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} status --porcelain OUTPUT_VARIABLE CHANGES ERROR_QUIET)
    if(CHANGES)
      string(APPEND VMM_CTS_SUITE_VERSION "-dirty")
    endif()
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
