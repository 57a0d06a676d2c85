// Whole-graph updates that report success and leave part of a memset, copy, host or event node, or of a batch
// of memory operations, as it was.
#include "faults/catalogue/exec_book.hpp"

#include <algorithm>

namespace faults {

namespace {

bool is_managed(CUdeviceptr address) {
    unsigned managed = 0;
    return cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, address) == CUDA_SUCCESS &&
           managed != 0;
}

} // namespace

FAULT(update_memset_value, "update-keeps-memset-value", "An update keeps the value of a memset.", "",
      "UPD-17 UPD-32") {
    plant_update_that_keeps(memsets([](auto& node, const auto& old) { node.value = old.value; }));
}

FAULT(update_memset_address, "update-keeps-memset-address",
      "An update that changes value and address of a memset keeps the address.", "", "UPD-17 UPD-18") {
    plant_update_that_keeps(memsets(
        [](auto& node, const auto& old) { node.dst = node.value != old.value ? old.dst : node.dst; }));
}

FAULT(update_memset_width, "update-keeps-memset-width",
      "An update that makes a memset wider reports success and keeps the width.", "", "UPD-19") {
    plant_update_that_keeps(memsets([](auto& node, const auto& old) {
        if (node.height == 1 && old.height == 1 && node.width > old.width) {
            node.width = old.width;
        }
    }));
}

FAULT(update_copy_source, "update-keeps-copy-source", "An update keeps the source of a copy.", "",
      "UPD-20 UPD-44") {
    plant_update_that_keeps(memcpys([](auto& node, const auto& old) {
        node.srcDevice = old.srcDevice;
        node.srcMemoryType = old.srcMemoryType;
        node.srcHost = old.srcHost;
    }));
}

FAULT(update_copy_target, "update-keeps-copy-target", "An update keeps the target of a copy.", "", "UPD-20") {
    plant_update_that_keeps(memcpys([](auto& node, const auto& old) {
        node.dstDevice = old.dstDevice;
        node.dstMemoryType = old.dstMemoryType;
        node.dstHost = old.dstHost;
    }));
}

FAULT(update_copy_size, "update-keeps-copy-size",
      "An update that makes a copy longer reports success and keeps its length.", "", "UPD-26") {
    plant_update_that_keeps(memcpys([](auto& node, const auto& old) {
        if (node.Height == 1 && old.Height == 1) {
            node.WidthInBytes = std::min(node.WidthInBytes, old.WidthInBytes);
        }
    }));
}

FAULT(update_host_data, "update-keeps-host-function",
      "An update of a host node changes its data and keeps its function.", "", "UPD-27") {
    plant_update_that_keeps([](CUgraphNode node, CUgraphNode old) {
        CUDA_HOST_NODE_PARAMS now{}, then{};
        if (type_of(node) == CU_GRAPH_NODE_TYPE_HOST &&
            cuGraphHostNodeGetParams(node, &now) == CUDA_SUCCESS &&
            cuGraphHostNodeGetParams(old, &then) == CUDA_SUCCESS) {
            now.fn = then.fn;
            cuGraphHostNodeSetParams(node, &now);
        }
    });
}

FAULT(update_event, "update-keeps-recorded-event", "An update keeps the event of a record node.", "",
      "UPD-27") {
    plant_update_that_keeps([](CUgraphNode node, CUgraphNode old) {
        CUevent event = nullptr;
        if (type_of(node) == CU_GRAPH_NODE_TYPE_EVENT_RECORD &&
            cuGraphEventRecordNodeGetEvent(old, &event) == CUDA_SUCCESS) {
            cuGraphEventRecordNodeSetEvent(node, event);
        }
    });
}

FAULT(update_batch, "update-keeps-second-operation",
      "An update of a batch of memory operations changes the first of them only.", "", "UPD-45") {
    plant_update_that_keeps([](CUgraphNode node, CUgraphNode old) {
        CUDA_BATCH_MEM_OP_NODE_PARAMS now{}, then{};
        if (type_of(node) == CU_GRAPH_NODE_TYPE_BATCH_MEM_OP &&
            cuGraphBatchMemOpNodeGetParams(node, &now) == CUDA_SUCCESS &&
            cuGraphBatchMemOpNodeGetParams(old, &then) == CUDA_SUCCESS && now.count == then.count) {
            std::vector<CUstreamBatchMemOpParams> operations(then.paramArray, then.paramArray + then.count);
            operations[0] = now.paramArray[0];
            now.paramArray = operations.data();
            cuGraphBatchMemOpNodeSetParams(node, &now);
        }
    });
}

FAULT(update_memset_narrower, "update-keeps-wider-memset",
      "An update that makes a memset narrower reports success and keeps the width.", "", "UPD-19") {
    plant_update_that_keeps(memsets([](auto& node, const auto& old) {
        if (node.height == 1 && old.height == 1 && node.elementSize == old.elementSize) {
            node.width = std::max(node.width, old.width);
        }
    }));
}

FAULT(update_copy_managed, "update-keeps-source-for-managed",
      "An update that moves the source of a copy to managed memory reports success and keeps the source.", "",
      "UPD-24") {
    plant_update_that_keeps(memcpys([](auto& node, const auto& old) {
        if (is_managed(node.srcDevice)) {
            node.srcDevice = old.srcDevice;
        }
    }));
}

FAULT(update_memset_managed, "update-keeps-memset-for-managed",
      "An update that moves a memset to managed memory reports success and keeps the address.", "",
      "UPD-24") {
    plant_update_that_keeps(memsets([](auto& node, const auto& old) {
        if (is_managed(node.dst)) {
            node.dst = old.dst;
        }
    }));
}

FAULT(update_copy_range, "update-keeps-target-in-other-range",
      "An update that moves the target of a copy to another range reports success and keeps the target.", "",
      "UPD-23") {
    plant_update_that_keeps(memcpys([](auto& node, const auto& old) {
        const CUdeviceptr apart =
            std::max(node.dstDevice, old.dstDevice) - std::min(node.dstDevice, old.dstDevice);
        if (apart >= (1U << 20)) {
            node.dstDevice = old.dstDevice;
        }
    }));
}

FAULT(update_copy_pitch, "update-keeps-pitch",
      "An update of a copy of rows reports success and keeps the pitch of the source.", "", "UPD-26") {
    plant_update_that_keeps(memcpys([](auto& node, const auto& old) {
        if (node.Height > 1 && old.Height > 1) {
            node.srcPitch = old.srcPitch;
        }
    }));
}

} // namespace faults
