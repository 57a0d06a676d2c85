// Whole-graph updates that do the right thing and say another, or refuse what is legal.
#include "faults/catalogue/exec_book.hpp"
#include "faults/catalogue/update_reasons.hpp"

namespace faults {

namespace {

/// Changes what an update answers: `change(result, info, graph)` gives the code to return.
template<typename Change>
void plant_answer(Change change) {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [change](auto& real, auto exec, auto graph, auto* info) {
                   const auto result = real(exec, graph, info);
                   return info == nullptr ? result
                                          : static_cast<decltype(real(exec, graph, info))>(
                                                Answer{change(answer(result).code, *info, graph)});
               });
}

/// Refusals with result `from` are reported with result `to`.
void plant_exchanged(int from, int to) {
    plant_answer([from, to](int code, auto& info, CUgraph) {
        if (code != 0 && static_cast<int>(info.result) == from) {
            info.result = static_cast<decltype(info.result)>(to);
        }
        return code;
    });
}

} // namespace

FAULT(answer_code, "update-refusal-returns-invalid-value",
      "A refused update returns INVALID_VALUE; the reason is right.", "ikawrakow/ik_llama.cpp#893",
      "UPD-01 UPD-11 UPD-15 UPD-33") {
    plant_answer([](int code, auto&, CUgraph) { return code == 910 ? 1 : code; });
}

FAULT(answer_reason_missing, "update-refusal-has-result-success",
      "A refused update returns 910 with the result SUCCESS.", "", "UPD-01 UPD-11 UPD-12 UPD-15") {
    plant_answer([](int code, auto& info, CUgraph) {
        if (code == 910) {
            info.result = {};
        }
        return code;
    });
}

FAULT(answer_success_reason, "update-success-has-result-error",
      "A successful update reports the result ERROR.", "", "UPD-01 UPD-02 GRU-05 VXG-26") {
    plant_answer([](int code, auto& info, CUgraph) {
        if (code == 0) {
            info.result = static_cast<decltype(info.result)>(why::general_error);
        }
        return code;
    });
}

FAULT(answer_success_node, "update-success-names-a-node",
      "A successful update leaves in errorNode what the caller had there.", "", "UPD-01") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto before = info == nullptr ? nullptr : info->errorNode;
        const auto result = real(exec, graph, info);
        if (answer(result).code == 0 && info != nullptr) {
            info->errorNode = before;
        }
        return result;
    });
}

FAULT(answer_first_node, "update-blames-first-node",
      "A refused update names the first node of the new graph.", "", "UPD-12 UPD-15 UPD-32") {
    plant_answer([](int code, auto& info, CUgraph graph) {
        if (code == 910 && info.errorNode != nullptr) {
            info.errorNode = nodes_of(graph).front();
        }
        return code;
    });
}

FAULT(answer_own_node, "update-blames-node-of-exec",
      "A refused update names the node of the executable graph's own graph.", "", "UPD-15 UPD-21 UPD-42") {
    follow_execs();
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        const auto result = real(exec, graph, info);
        const ExecEntry* entry = entry_of(exec);
        const auto nodes = nodes_of(graph);
        const auto own = entry == nullptr ? std::vector<CUgraphNode>{} : nodes_of(entry->source);
        for (size_t i = 0; answer(result).code == 910 && i < nodes.size() && i < own.size(); ++i) {
            if (info->errorNode == nodes[i]) {
                info->errorNode = own[i];
                break;
            }
        }
        return result;
    });
}

FAULT(answer_no_from, "update-does-not-name-from-node",
      "An update that is refused for an edge names one end of it only.", "", "UPD-13") {
    plant_answer([](int code, auto& info, CUgraph) {
        if (code == 910) {
            info.errorFromNode = nullptr;
        }
        return code;
    });
}

FAULT(answer_count_names, "update-names-node-for-node-count",
      "An update that is refused for the number of nodes names the last one.", "", "UPD-11") {
    plant_answer([](int code, auto& info, CUgraph graph) {
        const auto nodes = nodes_of(graph);
        if (code == 910 && info.errorNode == nullptr && !nodes.empty()) {
            info.errorNode = nodes.back();
        }
        return code;
    });
}

FAULT(answer_no_exit, "update-names-no-exit",
      "An update that is refused for an additional exit names no node.", "", "UPD-14 UPD-12") {
    plant_answer([](int code, auto& info, CUgraph) {
        if (code == 910 && static_cast<int>(info.result) == why::topology) {
            info.errorNode = nullptr;
        }
        return code;
    });
}

FAULT(answer_type, "update-reports-type-as-topology",
      "A node of another type is reported as a changed topology.", "", "UPD-15 UPD-29 UPD-30") {
    plant_exchanged(why::node_type, why::topology);
}

FAULT(answer_topology, "update-reports-topology-as-type",
      "A changed topology is reported as a changed node type.", "", "UPD-11 UPD-12 UPD-13 UPD-14") {
    plant_exchanged(why::topology, why::node_type);
}

FAULT(answer_parameters, "update-reports-parameters-as-unsupported",
      "A change of parameters that is refused is reported as not supported.", "",
      "UPD-18 UPD-21 UPD-42 UPD-32") {
    plant_exchanged(why::parameters, why::not_supported);
}

FAULT(answer_attributes, "update-reports-priority-as-parameters",
      "A priority that may not change is reported as changed parameters.", "", "UPD-09") {
    plant_exchanged(why::attributes, why::parameters);
}

FAULT(answer_fortieth, "update-fails-once-in-forty",
      "Once in forty times a legal update is refused as not supported.", "", "UPD-37") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate,
               [every = Nth(40)](auto& real, auto exec, auto graph, auto* info) {
                   if (!every()) {
                       return real(exec, graph, info);
                   }
                   *info = {};
                   info->result = static_cast<decltype(info->result)>(6);
                   return static_cast<decltype(real(exec, graph, info))>(update_failure);
               });
}

FAULT(answer_slow, "update-compiles-again",
      "An update instantiates the new graph several times before it patches the old.", "", "GRU-08") {
    plant_both(cudaGraphExecUpdate, cuGraphExecUpdate, [](auto& real, auto exec, auto graph, auto* info) {
        for (int i = 0; i < 20; ++i) {
            CUgraphExec again = nullptr;
            if (cuGraphInstantiateWithFlags(&again, graph, 0) == CUDA_SUCCESS) {
                cuGraphExecDestroy(again);
            }
        }
        return real(exec, graph, info);
    });
}

} // namespace faults
