#include "fixtures/harness/version.hpp"
#include "prove/prove_command.hpp"
#include "report/commands.hpp"
#include "run_command.hpp"
#include "verdict.hpp"

#include <array>
#include <iostream>
#include <string_view>

namespace {

struct Subcommand {
    std::string_view name;
    int (*run)(const std::vector<std::string>& arguments);
    std::string_view summary;
};

constexpr std::array subcommands{
    Subcommand{"run", runner::run_command, "run the cases and write the reports"},
    Subcommand{"compare", runner::compare_command,
               "what differs between two results: regressions, drift, lost coverage"},
    Subcommand{"claims", runner::claims_command,
               "the register of claims; --check keeps it in step with the tests"},
    Subcommand{"prove", runner::prove_command, "plant driver defects; the suite must notice each"},
    Subcommand{"report", runner::report_command,
               "write the reports of a run again, also of one that was killed"},
};

void usage(std::ostream& stream) {
    stream << "vmm-cts: does this GPU, driver and toolkit keep what CUDA promises of virtual memory and "
              "graphs?\n\n"
              "Usage: vmm-cts COMMAND [OPTIONS]\n"
              "       vmm-cts --version\n\n";
    for (const auto& command : subcommands)
        stream << "  " << command.name << std::string(10 - command.name.size(), ' ') << command.summary
               << '\n';
    stream << "\n`vmm-cts COMMAND --help` explains a command. Start with: vmm-cts run --out results\n";
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty()) {
        usage(std::cerr);
        return runner::exit_usage;
    }
    if (words.front() == "--help" || words.front() == "-h") {
        usage(std::cout);
        return runner::exit_kept;
    }
    if (words.front() == "--version") {
        std::cout << "vmm-cts " VMM_CTS_SUITE_VERSION "\n";
        return runner::exit_kept;
    }
    for (const auto& command : subcommands)
        if (words.front() == command.name)
            return command.run({words.begin() + 1, words.end()});
    std::cerr << "vmm-cts: there is no command \"" << words.front() << "\"; `vmm-cts --help` lists them\n";
    return runner::exit_usage;
}
