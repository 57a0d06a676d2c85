#include "report/deviations.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace runner {
namespace {

using nlohmann::ordered_json;

class Reader {
  public:
    explicit Reader(std::string where) : where_(std::move(where)) {}

    Deviation read(const ordered_json& entry) {
        if (!entry.is_object())
            fail("must be an object");
        check_keys(entry);
        Deviation result;
        result.where = where_;
        result.claim = text(entry, "claim");
        result.cases = text(entry, "case");
        if (result.claim.empty() == result.cases.empty())
            fail("must have either \"claim\" (an id) or \"case\" (a case name, or a pattern of such)");
        const auto driver = entry.find("driver");
        if (driver == entry.end() || !driver->is_array() || driver->size() != 2)
            fail("must have \"driver\": [\"first\", \"last\"], the range of driver versions");
        result.driver_min = version((*driver)[0]);
        result.driver_max = version((*driver)[1]);
        result.gpu = required(entry, "gpu");
        result.observed = required(entry, "observed");
        required(entry, "evidence");
        check_date(required(entry, "date"));
        result.sometimes = flag(entry, "sometimes");
        result.json = entry.dump();
        return result;
    }

    [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(where_ + " " + what); }

  private:
    void check_keys(const ordered_json& entry) const {
        static constexpr std::array known{"claim",    "case",      "driver",   "gpu",
                                          "observed", "sometimes", "evidence", "date"};
        for (const auto& [key, value] : entry.items())
            if (std::find(known.begin(), known.end(), key) == known.end())
                fail("has the unknown field \"" + key + "\"");
    }

    std::string text(const ordered_json& entry, const char* key) const {
        const auto found = entry.find(key);
        if (found == entry.end())
            return {};
        if (!found->is_string())
            fail("has a \"" + std::string(key) + "\" that is no string");
        return found->get<std::string>();
    }

    std::string required(const ordered_json& entry, const char* key) const {
        auto value = text(entry, key);
        if (value.empty())
            fail("has no \"" + std::string(key) + "\"");
        return value;
    }

    bool flag(const ordered_json& entry, const char* key) const {
        const auto found = entry.find(key);
        if (found != entry.end() && !found->is_boolean())
            fail("has a \"" + std::string(key) + "\" that is neither true nor false");
        return found != entry.end() && found->get<bool>();
    }

    std::string version(const ordered_json& value) const {
        auto text = value.is_string() ? value.get<std::string>() : "";
        if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos)
            fail("has a driver version that is not like \"580.159.04\"");
        return text;
    }

    void check_date(const std::string& date) const {
        bool good = date.size() == 10 && date[4] == '-' && date[7] == '-';
        for (std::size_t i = 0; good && i < date.size(); ++i)
            good = i == 4 || i == 7 || (date[i] >= '0' && date[i] <= '9');
        if (!good)
            fail("has a \"date\" that is not like \"2026-01-31\"");
    }

    std::string where_;
};

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!stream || !(text << stream.rdbuf()))
        throw std::runtime_error("the deviations in " + file.string() + " cannot be read");
    return text.str();
}

} // namespace

DeviationList parse_deviations(const std::vector<EmbeddedFile>& files) {
    DeviationList list;
    for (const auto& file : files) {
        const std::string path(file.path);
        const auto document = ordered_json::parse(file.text, nullptr, false);
        if (document.is_discarded())
            Reader(path).fail("is not valid JSON");
        if (!document.is_object() || document.value("schema", 0) != 1 || !document.contains("deviations") ||
            !document.at("deviations").is_array())
            Reader(path).fail("must be {\"schema\": 1, \"deviations\": [...]}");
        int number = 0;
        for (const auto& entry : document.at("deviations"))
            list.entries.push_back(Reader(path + ", entry " + std::to_string(++number)).read(entry));
    }
    return list;
}

DeviationList load_deviations(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(path)) {
        for (const auto& entry : std::filesystem::directory_iterator(path))
            if (entry.path().extension() == ".json")
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
    } else {
        files.push_back(path);
    }
    DeviationList list;
    for (const auto& file : files) {
        const auto name = file.string();
        const auto text = read_text(file);
        for (auto& entry : parse_deviations({{name, text}}).entries)
            list.entries.push_back(std::move(entry));
    }
    return list;
}

const DeviationList& embedded_deviations() {
    static const DeviationList list = parse_deviations(embedded_deviation_files());
    return list;
}

std::vector<DeviationTarget> targets_of(const DeviationList& list) {
    std::vector<DeviationTarget> targets;
    for (const auto& entry : list.entries)
        targets.push_back({entry.where, entry.claim, entry.cases});
    return targets;
}

} // namespace runner
