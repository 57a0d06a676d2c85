#include "report/junit.hpp"

#include "report/case_text.hpp"
#include "report/group_order.hpp"
#include "report/text.hpp"

#include <pugixml.hpp>

#include <set>

namespace runner {
namespace {

constexpr const char* suite_name = "cuda-vmm-cts";

struct Tally {
    int tests = 0, failures = 0, errors = 0, skipped = 0;
    double seconds = 0;

    void add(const Tally& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        seconds += other.seconds;
    }
};

void set(pugi::xml_node node, const char* name, const std::string& value) {
    node.append_attribute(name) = value.c_str();
}

void add_property(pugi::xml_node properties, const std::string& name, const std::string& value) {
    auto node = properties.append_child("property");
    set(node, "name", clean_text(name));
    set(node, "value", clean_text(value));
}

const char* element_for(Outcome outcome, Verdict verdict) {
    switch (outcome) {
    case Outcome::pass:
        return nullptr;
    case Outcome::skip:
    case Outcome::known_deviation:
        return "skipped";
    case Outcome::fail:
    case Outcome::flaky:
    case Outcome::deviation_gone:
        return "failure";
    case Outcome::not_run:
        return verdict == Verdict::no_gpu ? "skipped" : "error";
    default:
        return "error";
    }
}

class Writer {
  public:
    Writer(const RunResult& run, JunitFlavour flavour) : run_(run), flavour_(flavour) {}

    std::string write() {
        auto declaration = document_.append_child(pugi::node_declaration);
        set(declaration, "version", "1.0");
        set(declaration, "encoding", "UTF-8");
        auto root = document_.append_child("testsuites");
        Tally total = write_run(root.append_child("testsuite"));
        for (const auto& [group, cases] : by_group(run_.cases))
            total.add(write_suite(root.append_child("testsuite"), group, cases));
        set(root, "name", suite_name);
        total.seconds = run_.seconds;
        set_counts(root, total, false);

        struct Text : pugi::xml_writer {
            std::string text;
            void write(const void* data, size_t size) override {
                text.append(static_cast<const char*>(data), size);
            }
        } out;
        document_.save(out, " ");
        return std::move(out.text);
    }

  private:
    static void set_counts(pugi::xml_node node, const Tally& tally, bool with_skipped) {
        node.append_attribute("tests") = tally.tests;
        node.append_attribute("failures") = tally.failures;
        node.append_attribute("errors") = tally.errors;
        if (with_skipped) // strict schemas allow it on a suite only
            node.append_attribute("skipped") = tally.skipped;
        set(node, "time", junit_seconds(tally.seconds));
    }

    void begin_suite(pugi::xml_node node, const std::string& name, const Tally& tally) {
        set(node, "name", name);
        set_counts(node, tally, true);
        if (!run_.started.empty())
            set(node, "timestamp", junit_timestamp(run_.started));
        auto properties = node.prepend_child("properties");
        add_property(properties, "suite_version", run_.suite_version);
        add_property(properties, "backend", run_.backend);
        add_property(properties, "complete", run_.complete ? "true" : "false");
        add_property(properties, "verdict", std::string(to_string(run_.verdict)));
        for (const auto& [key, value] : run_.environment)
            if (key != "backend")
                add_property(properties, key, text_of(run_.environment, key));
    }

    Tally write_run(pugi::xml_node node) {
        Tally tally{.tests = 1};
        auto test = node.append_child("testcase");
        set(test, "classname", std::string(suite_name) + ".run");
        set(test, "name", "RUN: the suite ran to its end on a usable device");
        set(test, "time", junit_seconds(0));
        if (run_.verdict != Verdict::kept && run_.verdict != Verdict::broken) {
            ++tally.errors;
            const std::string word(to_string(run_.verdict));
            const auto reason = run_.reason.empty() ? word : word + ": " + clean_text(run_.reason);
            auto child = test.append_child("error");
            set(child, "message", shorten(reason, 500));
            set(child, "type", word);
            child.text() = reason.c_str();
        }
        begin_suite(node, "run", tally);
        return tally;
    }

    Tally write_suite(pugi::xml_node node, const std::string& group,
                      const std::vector<const CaseResult*>& cases) {
        Tally tally;
        for (const auto* result : cases) {
            ++tally.tests;
            tally.seconds += result->seconds;
            write_case(node.append_child("testcase"), group, *result, tally);
        }
        begin_suite(node, group, tally);
        return tally;
    }

    void write_case(pugi::xml_node node, const std::string& group, const CaseResult& result, Tally& tally) {
        set(node, "classname", std::string(suite_name) + "." + group);
        set(node, "name", unique_name(clean_text(result.name)));
        set(node, "time", junit_seconds(result.seconds));
        if (flavour_ == JunitFlavour::rich) {
            if (!result.file.empty()) {
                set(node, "file", clean_text(result.file));
                node.append_attribute("line") = result.line;
            }
            write_properties(node.append_child("properties"), result);
        }
        if (const auto* element = element_for(result.outcome, run_.verdict)) {
            ++(*element == 'f' ? tally.failures : *element == 'e' ? tally.errors : tally.skipped);
            write_outcome(node.append_child(element), result);
        }
        if (!result.output.empty())
            node.append_child("system-out").text() = clean_text(result.output).c_str();
    }

    void write_outcome(pugi::xml_node node, const CaseResult& result) {
        auto message = summary_of(result);
        if (result.outcome == Outcome::not_run && result.note.empty() && !run_.reason.empty())
            message += ": " + clean_text(run_.reason);
        set(node, "message", message);
        set(node, "type", std::string(to_string(result.outcome)));
        const auto body = explanation_of(result);
        // A skip's text is its reason alone: it is shown where a failure would show its place.
        const bool plain = std::string_view(node.name()) == "skipped" && result.failures.empty();
        node.text() = (plain || body.empty() ? message : body).c_str();
    }

    static void write_properties(pugi::xml_node node, const CaseResult& result) {
        add_property(node, "claim", result.id);
        add_property(node, "class", result.claim_class);
        add_property(node, "source", result.source);
        add_property(node, "outcome", std::string(to_string(result.outcome)));
        if (result.attempts > 1)
            add_property(node, "attempts", std::to_string(result.attempts));
        for (const auto& [key, value] : result.observations)
            add_property(node, "observation." + key, value);
        for (const auto& m : result.measurements)
            add_property(node, "measurement." + m.key,
                         readable_number(m.value) + (m.unit.empty() ? "" : " " + m.unit));
    }

    // Consumers drop a second case of one name, or take it for a retry.
    std::string unique_name(const std::string& name) {
        auto candidate = name;
        for (int number = 2; !names_.insert(candidate).second; ++number)
            candidate = name + " (" + std::to_string(number) + ")";
        return candidate;
    }

    const RunResult& run_;
    JunitFlavour flavour_;
    pugi::xml_document document_;
    std::set<std::string> names_;
};

} // namespace

std::string to_junit(const RunResult& run, JunitFlavour flavour) {
    return Writer(run, flavour).write();
}

} // namespace runner
