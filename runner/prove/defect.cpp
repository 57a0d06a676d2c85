#include "prove/defect.hpp"

#include "report/pattern.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <set>
#include <sstream>
#include <stdexcept>

namespace runner::prove {

std::vector<Defect> parse_catalogue(std::string_view text) {
    std::vector<Defect> defects;
    try {
        for (const auto& entry : nlohmann::json::parse(text)) {
            Defect defect{entry.at("id").get<std::string>(),
                          entry.at("sentence").get<std::string>(),
                          entry.at("incident").get<std::string>(),
                          {}};
            std::istringstream claims(entry.at("claims").get<std::string>());
            for (std::string id; claims >> id;)
                if (std::find(defect.claims.begin(), defect.claims.end(), id) == defect.claims.end())
                    defect.claims.push_back(id);
            defects.push_back(std::move(defect));
        }
    } catch (const nlohmann::json::exception& problem) {
        throw std::runtime_error("the catalogue of defects cannot be understood: " +
                                 std::string(problem.what()));
    }
    std::set<std::string> ids;
    for (const auto& defect : defects)
        if (!ids.insert(defect.id).second)
            throw std::runtime_error("the catalogue names the defect \"" + defect.id +
                                     "\" twice: rename one of the two in faults/catalogue");
    return defects;
}

std::vector<Defect> load_catalogue(const std::filesystem::path& library) {
    ::unsetenv("VMM_CTS_FAULT"); // in this process the library only answers
    void* handle = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (handle == nullptr)
        throw std::runtime_error("the library of defects cannot be loaded: " + std::string(::dlerror()));
    using Describe = const char* (*)();
    const auto describe = reinterpret_cast<Describe>(::dlsym(handle, "vmm_cts_fault_catalogue"));
    if (describe == nullptr)
        throw std::runtime_error(library.string() +
                                 " has no vmm_cts_fault_catalogue(); is it the library of defects?");
    return parse_catalogue(describe());
}

std::vector<Defect> select_defects(const std::vector<Defect>& catalogue,
                                   const std::vector<std::string>& patterns) {
    if (patterns.empty())
        return catalogue;
    std::set<std::string> chosen;
    for (const auto& pattern : patterns) {
        bool any = false;
        for (const auto& defect : catalogue)
            if (glob_matches(pattern, defect.id)) {
                chosen.insert(defect.id);
                any = true;
            }
        if (!any)
            throw std::invalid_argument("--faults \"" + pattern +
                                        "\" names no defect; `vmm-cts prove --list` shows them all");
    }
    std::vector<Defect> selected;
    for (const auto& defect : catalogue)
        if (chosen.contains(defect.id))
            selected.push_back(defect);
    return selected;
}

} // namespace runner::prove
