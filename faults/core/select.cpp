// Plants the defect that VMM_CTS_FAULT names when the library is loaded, and describes the catalogue.
#include "faults/core/fault.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace faults {

std::vector<Fault>& catalogue() {
    static std::vector<Fault> faults;
    return faults;
}

namespace {

/// The texts are our own plain ASCII; only quotes and backslashes need care.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            result += '\\';
        }
        result += character;
    }
    return result + "\"";
}

/// Runs after the registrations of all catalogue files: those are initialised in the order of linking, this
/// one is last.
[[gnu::constructor(65535)]] void plant_selected() {
    const char* wanted = std::getenv("VMM_CTS_FAULT");
    if (wanted == nullptr || *wanted == '\0') {
        return;
    }
    for (const Fault& fault : catalogue()) {
        if (fault.id == wanted) {
            fault.plant();
            return;
        }
    }
    std::fprintf(stderr,
                 "vmm-cts-faults: VMM_CTS_FAULT=%s names no defect; `vmm-cts prove --list` shows them all\n",
                 wanted);
    _exit(2);
}

} // namespace
} // namespace faults

/// The catalogue as a JSON array of {id, sentence, incident, claims}. For `vmm-cts prove`, which loads the
/// library for this.
extern "C" __attribute__((visibility("default"))) const char* vmm_cts_fault_catalogue() {
    static std::string text;
    if (text.empty()) {
        text = "[";
        for (const faults::Fault& fault : faults::catalogue()) {
            text += (text.size() > 1 ? ",\n" : "\n") + std::string("{\"id\":") + faults::quoted(fault.id) +
                    ",\"sentence\":" + faults::quoted(fault.sentence) +
                    ",\"incident\":" + faults::quoted(fault.incident) +
                    ",\"claims\":" + faults::quoted(fault.claims) + "}";
        }
        text += "\n]\n";
    }
    return text.c_str();
}
