#include "catalog.hpp"

#include "process.hpp"
#include "utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

namespace runner {
namespace {

constexpr auto describe_limit = std::chrono::seconds(30);
constexpr std::size_t largest_description = 64U << 20U;

CaseInfo read_case(const nlohmann::json& entry) {
    return {entry.at("name").get<std::string>(),
            entry.at("id").get<std::string>(),
            entry.value("variant", std::string()),
            entry.at("group").get<std::string>(),
            entry.value("tags", std::vector<std::string>()),
            entry.value("file", std::string()),
            entry.value("line", 0),
            entry.value("timeout_s", 30.0)};
}

std::string describe(const std::filesystem::path& program, const std::vector<std::string>& environment) {
    Process process({program, {"--describe"}, environment, {}});
    const auto deadline = std::chrono::steady_clock::now() + describe_limit;
    std::string text;
    std::vector<char> buffer(1U << 16U);
    while (std::chrono::steady_clock::now() < deadline && text.size() < largest_description) {
        pollfd waiting{process.output().get(), POLLIN, 0};
        ::poll(&waiting, 1, 100);
        const auto count = ::read(process.output().get(), buffer.data(), buffer.size());
        if (count > 0)
            text.append(buffer.data(), static_cast<std::size_t>(count));
        if (count != 0)
            continue;
        while (!process.poll_exit() && std::chrono::steady_clock::now() < deadline)
            ::usleep(500);
        break;
    }
    const auto status = process.poll_exit();
    if (!status)
        throw std::runtime_error(program.string() +
                                 " --describe did not end within 30 s; is this the test program?");
    if (status->code != 0)
        throw std::runtime_error(program.string() + " --describe " +
                                 (status->signal ? "died of " + signal_name(*status->signal)
                                                 : "exited with code " + std::to_string(*status->code)) +
                                 ": " + printable(text.substr(0, 500)));
    return text;
}

} // namespace

bool has_tag(const CaseInfo& info, std::string_view tag) {
    return std::find(info.tags.begin(), info.tags.end(), tag) != info.tags.end();
}

Catalog parse_catalog(std::string_view text) {
    Catalog catalog;
    try {
        const auto document = nlohmann::json::parse(text);
        if (document.value("schema", 0) != 1)
            throw std::runtime_error("its schema is not 1");
        catalog.suite_version = document.value("suite_version", std::string());
        catalog.catch2 = document.value("catch2", std::string());
        catalog.toolkit = document.value("toolkit", std::string());
        for (const auto& entry : document.at("cases"))
            catalog.cases.push_back(read_case(entry));
    } catch (const nlohmann::json::exception& problem) {
        throw std::runtime_error(problem.what());
    }
    const auto by_name = [](const CaseInfo& a, const CaseInfo& b) { return a.name < b.name; };
    std::sort(catalog.cases.begin(), catalog.cases.end(), by_name);
    const auto twice = std::adjacent_find(catalog.cases.begin(), catalog.cases.end(),
                                          [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twice != catalog.cases.end())
        throw std::runtime_error("it names the case \"" + twice->name + "\" twice");
    return catalog;
}

Catalog load_catalog(const std::filesystem::path& program, const std::vector<std::string>& environment) {
    const auto text = describe(program, environment);
    try {
        // What the loader or a library says on stderr may surround the document.
        const auto first = text.find('{');
        const auto last = text.rfind('}');
        if (first == std::string::npos || last == std::string::npos || last < first)
            throw std::runtime_error("it is no JSON: " + printable(text.substr(0, 200)));
        return parse_catalog(std::string_view(text).substr(first, last - first + 1));
    } catch (const std::runtime_error& problem) {
        throw std::runtime_error(program.string() + " --describe cannot be understood: " + problem.what());
    }
}

} // namespace runner
