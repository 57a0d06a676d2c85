// A reporter that says nothing: in worker mode the events say it all, and stdout belongs to the cases.
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <catch2/reporters/catch_reporter_streaming_base.hpp>

namespace {

class SilentReporter : public Catch::StreamingReporterBase {
  public:
    using Catch::StreamingReporterBase::StreamingReporterBase;
    static std::string getDescription() { return "reports nothing; the events do"; }
};

CATCH_REGISTER_REPORTER("silent", SilentReporter)

} // namespace
