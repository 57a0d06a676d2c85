#include "claims/check.hpp"

#include "report/pattern.hpp"

#include <algorithm>
#include <map>

namespace runner {
namespace {

class Check {
  public:
    Check(const Register& claims, const std::set<std::string>& groups) : claims_(claims), groups_(groups) {}

    std::vector<std::string> run(const std::vector<CaseInfo>& tests,
                                 const std::vector<DeviationTarget>& deviations) {
        offenders_ = claims_.defects;
        if (claims_.groups.empty())
            offenders_.push_back("the register is empty: no tests/<group>/claims.json was compiled in");
        check_ids();
        check_tests(tests);
        check_deviations(tests, deviations);
        return std::move(offenders_);
    }

  private:
    bool selected(const std::string& group) const { return groups_.empty() || groups_.contains(group); }

    void check_ids() {
        std::map<std::string, int> seen;
        for (const auto& group : claims_.groups)
            for (const auto& claim : group.claims)
                if (!claim.id.empty() && ++seen[claim.id] == 2)
                    offenders_.push_back(claim.id + " is claimed more than once: give each claim its own id");
        std::map<std::string, int> dropped_seen;
        for (const auto& group : claims_.groups)
            for (const auto& dropped : group.dropped) {
                if (seen.contains(dropped.id))
                    offenders_.push_back(dropped.id + " is both a claim and dropped: keep one of the two");
                if (!dropped.id.empty() && ++dropped_seen[dropped.id] == 2)
                    offenders_.push_back(dropped.id + " is dropped more than once: keep one entry");
            }
    }

    void check_tests(const std::vector<CaseInfo>& tests) {
        std::set<std::string> tested;
        std::set<std::string> names;
        for (const auto& test : tests) {
            if (!selected(test.group))
                continue;
            tested.insert(test.id);
            if (!names.insert(test.name).second)
                offenders_.push_back("two tests are named \"" + test.name + "\": names must be unique");
            const auto* claim = claims_.find(test.id);
            if (!claim)
                offenders_.push_back("the test \"" + test.name + "\" checks no claim: add " + test.id +
                                     " to tests/" + test.group + "/claims.json");
            else if (claim->group != test.group)
                offenders_.push_back("the test \"" + test.name + "\" has the tag [" + test.group +
                                     "] but its claim belongs to the group " + claim->group);
        }
        for (const auto& group : claims_.groups)
            for (const auto& claim : group.claims)
                if (selected(claim.group) && !claim.id.empty() && !tested.contains(claim.id))
                    offenders_.push_back("the claim " + claim.id +
                                         " has no test: write one, or move it to \"dropped\" with a reason");
    }

    void check_deviations(const std::vector<CaseInfo>& tests,
                          const std::vector<DeviationTarget>& deviations) {
        for (const auto& entry : deviations) {
            const auto id = entry.claim.empty() ? claim_of(entry.cases) : entry.claim;
            const auto* claim = claims_.find(id);
            if (!claim) {
                offenders_.push_back(entry.where + " names the claim " + id +
                                     ", which the register does not hold");
                continue;
            }
            if (claim->claim_class != "documented")
                offenders_.push_back(entry.where + " names " + id + ", which is " + claim->claim_class +
                                     ": only a documented claim can have a known deviation");
            if (!entry.cases.empty() && selected(claim->group) && !matches_any(entry.cases, tests))
                offenders_.push_back(entry.where + " names the case \"" + entry.cases +
                                     "\", which does not exist");
        }
    }

    static std::string claim_of(const std::string& case_name) {
        return case_name.substr(0, case_name.find_first_of("/:"));
    }

    static bool matches_any(const std::string& pattern, const std::vector<CaseInfo>& tests) {
        return std::any_of(tests.begin(), tests.end(),
                           [&](const auto& test) { return glob_matches(pattern, test.name); });
    }

    const Register& claims_;
    const std::set<std::string>& groups_;
    std::vector<std::string> offenders_;
};

} // namespace

std::vector<std::string> check_register(const Register& claims, const std::vector<CaseInfo>& tests,
                                        const std::vector<DeviationTarget>& deviations,
                                        const std::set<std::string>& groups) {
    return Check(claims, groups).run(tests, deviations);
}

} // namespace runner
