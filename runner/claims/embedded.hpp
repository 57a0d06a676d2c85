// Files of the repository that are compiled into the program (see embed.cmake), so that a copied executable
// is complete.
#pragma once

#include <string_view>
#include <vector>

namespace runner {

struct EmbeddedFile {
    std::string_view path; // relative to the repository's root, or to its own folder for parts of a page
    std::string_view text;
};

const std::vector<EmbeddedFile>& embedded_claim_files();      // tests/<group>/claims.json
const std::vector<EmbeddedFile>& embedded_deviation_files();  // ci/deviations/*.json
const std::vector<EmbeddedFile>& embedded_page_files();       // runner/report/page/*
const std::vector<EmbeddedFile>& embedded_exception_files();  // faults/*.json
const std::vector<EmbeddedFile>& embedded_proof_page_files(); // runner/prove/page/*

} // namespace runner
