#include "prove/exceptions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace runner::prove {
namespace {

using nlohmann::json;

class ListReader {
  public:
    ListReader(const EmbeddedFile& file, const char* list, const char* subject, const char* argument)
        : path_(file.path), subject_(subject), argument_(argument), list_(list),
          document_(json::parse(file.text, nullptr, false)) {}

    std::vector<Exception> read() const {
        if (document_.is_discarded() || !document_.is_object() || document_.value("schema", 0) != 1 ||
            !document_.contains(list_) || !document_.at(list_).is_array())
            throw std::runtime_error(path_ + " must be {\"schema\": 1, \"" + list_ + "\": [...]}");
        std::vector<Exception> entries;
        for (const auto& entry : document_.at(list_))
            entries.push_back(read_entry(entry, path_ + ", entry " + std::to_string(entries.size() + 1)));
        return entries;
    }

  private:
    Exception read_entry(const json& entry, const std::string& where) const {
        if (!entry.is_object())
            throw std::runtime_error(where + " must be an object");
        for (const auto& [key, value] : entry.items())
            if ((key != subject_ && key != argument_ && key != "backend" && key != "case") ||
                !value.is_string())
                throw std::runtime_error(where + " has the field \"" + key +
                                         "\" that is unknown or no string");
        Exception result{entry.value(subject_, ""), entry.value(argument_, ""), entry.value("backend", ""),
                         entry.value("case", "")};
        if (result.subject.empty() || result.argument.empty())
            throw std::runtime_error(where + " must have \"" + subject_ + "\" and \"" + argument_ + "\"");
        if (!result.backend.empty() && result.backend != "gpu" && result.backend != "simulator")
            throw std::runtime_error(where + " has a \"backend\" other than gpu and simulator");
        return result;
    }

    std::string path_;
    std::string subject_;
    std::string argument_;
    std::string list_;
    json document_;
};

std::size_t number_on(const std::vector<Exception>& list, std::string_view backend) {
    return static_cast<std::size_t>(std::count_if(
        list.begin(), list.end(), [&](const auto& e) { return e.backend.empty() || e.backend == backend; }));
}

std::size_t provable(const Register& claims) {
    std::size_t number = 0;
    for (const auto& group : claims.groups)
        for (const auto& claim : group.claims)
            number += claim.claim_class != "pinned" ? 1 : 0;
    return number;
}

} // namespace

Exceptions parse_exceptions(const std::vector<EmbeddedFile>& files) {
    Exceptions result;
    for (const auto& file : files) {
        if (file.path.ends_with("equivalent.json"))
            result.equivalent = ListReader(file, "equivalent", "fault", "argument").read();
        else if (file.path.ends_with("exempt.json"))
            result.exempt = ListReader(file, "exempt", "claim", "reason").read();
        else if (file.path.ends_with("in_driver.json"))
            result.in_driver = ListReader(file, "in_driver", "fault", "argument").read();
        else
            throw std::runtime_error(
                std::string(file.path) +
                " is none of equivalent.json, exempt.json and in_driver.json: take it out of faults/");
    }
    return result;
}

Exceptions on_backend(const Exceptions& exceptions, std::string_view backend) {
    const auto elsewhere = [&](const Exception& e) { return !e.backend.empty() && e.backend != backend; };
    auto result = exceptions;
    std::erase_if(result.equivalent, elsewhere);
    std::erase_if(result.exempt, elsewhere);
    return result;
}

std::vector<std::string> check_lists(const std::vector<Defect>& catalogue, const Exceptions& exceptions,
                                     const Register& claims) {
    std::vector<std::string> offenders;
    for (const auto& defect : catalogue)
        for (const auto& id : defect.claims)
            if (claims.find(id) == nullptr)
                offenders.push_back("the defect " + defect.id + " names the unknown claim " + id);
    const auto check_known = [&](const Exception& entry, const std::string& file) {
        if (std::none_of(catalogue.begin(), catalogue.end(),
                         [&](const auto& defect) { return defect.id == entry.subject; }))
            offenders.push_back(file + " names the unknown defect " + entry.subject);
    };
    for (const auto& entry : exceptions.equivalent)
        check_known(entry, "faults/equivalent.json");
    for (const auto& entry : exceptions.in_driver) {
        check_known(entry, "faults/in_driver.json");
        if (claims.find(entry.case_name.substr(0, entry.case_name.find_first_of("/:"))) == nullptr)
            offenders.push_back("faults/in_driver.json names for " + entry.subject + " the unknown case \"" +
                                entry.case_name + "\"");
    }
    for (const auto& entry : exceptions.exempt) {
        const auto* claim = claims.find(entry.subject);
        if (claim == nullptr)
            offenders.push_back("faults/exempt.json names the unknown claim " + entry.subject);
        else if (claim->claim_class == "pinned")
            offenders.push_back("faults/exempt.json names " + entry.subject +
                                ", which is pinned and need not turn red: remove the entry");
    }
    for (const auto* backend : {"gpu", "simulator"}) {
        if (number_on(exceptions.equivalent, backend) > most_equivalents)
            offenders.push_back("faults/equivalent.json excuses more than " +
                                std::to_string(most_equivalents) + " defects on the " + backend);
        if (number_on(exceptions.exempt, backend) * 100 > provable(claims) * most_exempt_percent)
            offenders.push_back("faults/exempt.json excuses more than " +
                                std::to_string(most_exempt_percent) + " % of the claims on the " + backend);
    }
    return offenders;
}

} // namespace runner::prove
