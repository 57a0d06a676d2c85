#include "claims/register.hpp"

#include "report/group_order.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace runner {
namespace {

using nlohmann::json;

class FileReader {
  public:
    FileReader(std::string_view path, std::vector<std::string>& defects) : path_(path), defects_(defects) {}

    ClaimGroup read(const json& document) {
        ClaimGroup group;
        group.name = required(document, "group", "the file");
        group.prefix = required(document, "prefix", "the file");
        group.title = required(document, "title", "the file");
        const auto folder = folder_name();
        if (!group.name.empty() && group.name != folder)
            defect("names the group \"" + group.name + "\" but lies in the folder \"" + folder + "\"");
        for (const auto& entry : list(document, "claims"))
            group.claims.push_back(read_claim(entry, group));
        for (const auto& entry : list(document, "dropped"))
            group.dropped.push_back(read_dropped(entry));
        return group;
    }

    void defect(const std::string& what) { defects_.push_back(path_ + ": " + what); }

  private:
    Claim read_claim(const json& entry, const ClaimGroup& group) {
        Claim claim;
        claim.group = group.name;
        claim.id = required(entry, "id", "a claim");
        const auto name = claim.id.empty() ? "a claim" : claim.id;
        claim.claim_class = one_of(entry, "class", name, {"documented", "pinned", "guard"});
        claim.priority = one_of(entry, "priority", name, {"P0", "P1", "P2"});
        claim.sentence = required(entry, "sentence", name);
        claim.source = required(entry, "source", name);
        claim.gate = optional(entry, "gate", name);
        claim.min_driver = optional(entry, "min_driver", name);
        if (!claim.id.empty() && !group.prefix.empty() && !claim.id.starts_with(group.prefix + "-"))
            defect(claim.id + " does not start with the group's prefix \"" + group.prefix + "-\"");
        return claim;
    }

    DroppedClaim read_dropped(const json& entry) {
        DroppedClaim dropped{required(entry, "id", "a dropped claim"), {}};
        dropped.reason = required(entry, "reason", dropped.id.empty() ? "a dropped claim" : dropped.id);
        return dropped;
    }

    std::string required(const json& entry, const char* key, const std::string& owner) {
        auto value = optional(entry, key, owner);
        if (value.empty())
            defect(owner + " has no \"" + key + "\"");
        return value;
    }

    std::string optional(const json& entry, const char* key, const std::string& owner) {
        if (!entry.is_object() || !entry.contains(key) || entry.at(key).is_null())
            return {};
        if (!entry.at(key).is_string()) {
            defect("\"" + std::string(key) + "\" of " + owner + " must be a string");
            return {};
        }
        return entry.at(key).get<std::string>();
    }

    std::string one_of(const json& entry, const char* key, const std::string& owner,
                       std::initializer_list<std::string_view> allowed) {
        auto value = required(entry, key, owner);
        if (!value.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
            std::string words;
            for (const auto word : allowed)
                words += (words.empty() ? "" : ", ") + std::string(word);
            defect(owner + " has the unknown " + key + " \"" + value + "\" (known: " + words + ")");
        }
        return value;
    }

    json list(const json& document, const char* key) {
        if (!document.is_object() || !document.contains(key))
            return json::array();
        if (!document.at(key).is_array()) {
            defect("\"" + std::string(key) + "\" must be a list");
            return json::array();
        }
        return document.at(key);
    }

    std::string folder_name() const {
        const auto end = path_.rfind('/');
        const auto folder = path_.substr(0, end == std::string::npos ? 0 : end);
        const auto start = folder.rfind('/');
        return start == std::string::npos ? folder : folder.substr(start + 1);
    }

    std::string path_;
    std::vector<std::string>& defects_;
};

} // namespace

const Claim* Register::find(std::string_view id) const {
    for (const auto& group : groups)
        for (const auto& claim : group.claims)
            if (claim.id == id)
                return &claim;
    return nullptr;
}

const ClaimGroup* Register::find_group(std::string_view name) const {
    const auto found =
        std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.name == name; });
    return found == groups.end() ? nullptr : &*found;
}

Register parse_register(const std::vector<EmbeddedFile>& files) {
    Register result;
    for (const auto& file : files) {
        FileReader reader(file.path, result.defects);
        const auto document = json::parse(file.text, nullptr, false);
        if (document.is_discarded())
            reader.defect("is not valid JSON");
        else
            result.groups.push_back(reader.read(document));
    }
    std::sort(result.groups.begin(), result.groups.end(),
              [](const auto& a, const auto& b) { return group_before(a.name, b.name); });
    return result;
}

const Register& embedded_register() {
    static const Register result = parse_register(embedded_claim_files());
    return result;
}

} // namespace runner
