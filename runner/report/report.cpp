#include "report/report.hpp"

#include "report/html.hpp"
#include "report/junit.hpp"
#include "results_json.hpp"

namespace runner {

void write_reports(const RunResult& run, const std::filesystem::path& out, const ReportOptions& options) {
    write_results(run, out / "results.json");
    write_atomically(out / "report.xml", to_junit(run, JunitFlavour::rich));
    if (options.strict_junit)
        write_atomically(out / "report-strict.xml", to_junit(run, JunitFlavour::strict));
    if (options.final)
        write_atomically(out / "report.html", to_html(run));
}

} // namespace runner
