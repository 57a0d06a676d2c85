#include "tests/graph_update/copies.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "SET-04/address: source and target of a copy may move within their memory",
                 "[node_update]") {
    const OneNode old_work = one_copy(first(0), second(1), cell_bytes);
    const OneNode other_source = one_copy(first(0), second(2), cell_bytes);
    const OneNode other_both = one_copy(first(6), second(7), cell_bytes);
    const Exec by_source = instantiate(old_work.graph);
    const Exec by_both = instantiate(old_work.graph);

    CHECK(accepted(attempt(by_source, old_work.graph, other_source.graph),
                   set_copy(by_source, old_work.node, first(0), second(2))));
    CHECK(accepted(attempt(by_both, old_work.graph, other_both.graph),
                   set_copy(by_both, old_work.node, first(6), second(7))));

    launch_on_image(by_both);
    CHECK(kernel_sees_ramp(first(6), cell_bytes, board.image_at(second(7))));
}

TEST_CASE_METHOD(UpdateRung, "SET-04/host: the host's end of a copy may move within pinned memory",
                 "[node_update]") {
    const HostCells host(*this);
    const OneNode old_work = one_copy_of_kind(first(0), host.at(0), cudaMemcpyHostToDevice);
    const OneNode new_work = one_copy_of_kind(first(0), host.at(1), cudaMemcpyHostToDevice);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_copy(exec, old_work.node, first(0), host.at(1), cell_bytes, cudaMemcpyHostToDevice)));
}

TEST_CASE_METHOD(UpdateRung, "SET-04/rows: a copy of rows is refused, before or after the change",
                 "[node_update]") {
    const OneNode line = one_copy(first(0), second(0), cell_bytes);
    const OneNode rows = one_copy_of_rows(copy_of_rows(first(0), second(0)));
    const OneNode other_rows = one_copy_of_rows(copy_of_rows(first(2), second(0)));
    const Exec of_line = instantiate(line.graph);
    const Exec of_rows = instantiate(rows.graph);

    CHECK(refused(attempt(of_line, line.graph, rows.graph),
                  set_rows(of_line, line.node, copy_of_rows(first(0), second(0))), cudaErrorInvalidValue));
    CHECK(refused(attempt(of_rows, rows.graph, line.graph), set_copy(of_rows, rows.node, first(0), second(0)),
                  cudaErrorInvalidValue));
    CHECK(refused(attempt(of_rows, rows.graph, other_rows.graph),
                  set_rows(of_rows, rows.node, copy_of_rows(first(2), second(0))), cudaErrorInvalidValue));
}

TEST_CASE_METHOD(UpdateRung, "SET-04/direction: a copy that changes its direction is refused",
                 "[node_update]") {
    const HostCells host(*this);
    struct Direction {
        const char* name;
        CUdeviceptr target, source;
        cudaMemcpyKind kind;
    };
    const Direction directions[] = {
        {"device to device", first(0), second(0), cudaMemcpyDeviceToDevice},
        {"host to device", first(1), host.at(0), cudaMemcpyHostToDevice},
        {"device to host", host.at(1), second(1), cudaMemcpyDeviceToHost},
    };
    for (const Direction& from : directions) {
        const OneNode old_work = one_copy_of_kind(from.target, from.source, from.kind);
        for (const Direction& to : directions) {
            if (to.kind == from.kind) {
                continue;
            }
            CAPTURE(from.name, to.name);
            const OneNode new_work = one_copy_of_kind(to.target, to.source, to.kind);
            const Exec exec = instantiate(old_work.graph);

            CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                          set_copy(exec, old_work.node, to.target, to.source, cell_bytes, to.kind),
                          cudaErrorInvalidValue));
        }
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-05/size: a copy takes another size or refuses it whole", "[node_update]") {
    const OneNode old_work = one_copy(first(0), second(0), cell_bytes);
    for (const size_t bytes : {cell_bytes / 2, cell_bytes * 3}) {
        CAPTURE(bytes);
        const OneNode new_work = one_copy(first(0), second(0), bytes);
        const Exec exec = instantiate(old_work.graph);
        const Verdict verdict = accepted_or_refused(attempt(exec, old_work.graph, new_work.graph),
                                                    set_copy(exec, old_work.node, first(0), second(0), bytes),
                                                    cudaErrorInvalidValue);
        CHECK(verdict);
        observe(bytes < cell_bytes ? "SET-05/shorter" : "SET-05/longer", verdict.error);
    }
}

// A copy of nothing has no graph to be compared with: only the old work counts.
TEST_CASE_METHOD(UpdateRung, "SET-05/zero: a copy of no bytes is refused", "[node_update]") {
    const OneNode work = one_copy(first(0), second(0), cell_bytes);
    const Exec exec = instantiate(work.graph);
    Attempt nothing = attempt(exec, work.graph, nullptr);
    nothing.new_graph_runs = false;

    const Verdict verdict = refused(nothing, set_copy(exec, work.node, first(0), second(0), 0), std::nullopt);

    CHECK(verdict);
    observe("SET-05/zero", verdict.error);
}

TEST_CASE_METHOD(UpdateRung, "SET-05/beyond: a copy longer than the memory behind it is refused",
                 "[node_update]") {
    const OneNode work = one_copy(first(0), second(0), cell_bytes);
    const Exec exec = instantiate(work.graph);
    Attempt beyond = attempt(exec, work.graph, nullptr);
    beyond.new_graph_runs = false; // a launch would fault

    const Verdict verdict =
        refused(beyond, set_copy(exec, work.node, first(0), second(0), 2 * granularity()), std::nullopt);

    CHECK(verdict);
    observe("SET-05/beyond", verdict.error);
}

TEST_CASE_METHOD(UpdateRung, "SET-05/span: a copy out of two adjacent mappings is taken or refused whole",
                 "[node_update]") {
    const Reservation range = reserve(2);
    const Allocation low_memory = allocate();
    const Allocation high_memory = allocate();
    const Mapping low = map(range.address(), low_memory);
    const Mapping high = map(range.address(granularity()), high_memory);
    const CUdeviceptr border = range.address(granularity());
    board.watch("both sides of the border", border - cell_bytes, 2 * cell_bytes);
    const OneNode old_work = one_copy(first(0), border - cell_bytes, cell_bytes);
    const OneNode new_work = one_copy(first(0), border - cell_bytes / 2, cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    const Verdict verdict = accepted_or_refused(
        attempt(exec, old_work.graph, new_work.graph),
        set_copy(exec, old_work.node, first(0), border - cell_bytes / 2), cudaErrorInvalidValue);

    CHECK(verdict);
    observe("SET-05/span of two mappings", verdict.error);
}

TEST_CASE_METHOD(Mapped,
                 "SET-06: after a remap on the same device the node may be set, and copies the new memory",
                 "[node_update]") {
    const Reservation other = reserve(1);
    const Allocation target_memory = allocate();
    const Mapping target = map(other.address(), target_memory);
    const size_t half = granularity() / 2;
    const OneNode work = one_copy(other.address(), address(), half);
    const Exec exec = instantiate(work.graph);
    fill(address(), granularity(), 1);
    run(exec);
    CHECK(holds(other.address(), half, 1));
    const Allocation old_memory = swap_memory();
    fill(address(), granularity(), 2);

    const cudaError_t result = set_copy(exec, work.node, other.address(), address(), half)();
    observe("SET-06/same device", result);
    CHECK(cudaGetLastError() == result);

    run(exec);
    CHECK(kernel_sees(other.address(), half, 2)); // whatever the call answered: the address is the same
}

} // namespace cts
