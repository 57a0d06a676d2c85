#include "tests/graph_update/board.hpp"

#include "fixtures/graphs.hpp"

#include <numeric>
#include <sstream>

namespace cts {

std::string difference(const Snapshot& found, const Snapshot& expected) {
    size_t count = 0;
    std::ostringstream first;
    for (size_t part = 0; part < expected.parts.size(); ++part) {
        const auto& left = found.parts.at(part);
        const auto& right = expected.parts[part];
        if (left == right) {
            continue; // at once: most are compared to find nothing
        }
        for (size_t i = 0; i < right.size(); ++i) {
            if (left.at(i) != right[i] && count++ == 0) {
                first << "first word " << i << " of " << expected.names[part] << ": 0x" << std::hex << left[i]
                      << " instead of 0x" << right[i];
            }
        }
    }
    return count == 0 ? "" : std::to_string(count) + " words differ, " + first.str();
}

void Board::watch(std::string name, CUdeviceptr address, size_t bytes) {
    std::vector<uint32_t> image(word_count(bytes));
    std::iota(image.begin(), image.end(), static_cast<uint32_t>((parts_.size() + 1) << 24));
    parts_.push_back({std::move(name), address, std::move(image)});
}

void Board::restore(Where where) const {
    for (const Part& part : parts_) {
        must(cudaMemcpy(pointer(part.address), part.image.data(), part.image.size() * sizeof(uint32_t),
                        cudaMemcpyDefault),
             "cudaMemcpy", where);
    }
    synchronize(where);
}

Snapshot Board::snapshot(Where where) const {
    Snapshot result;
    for (const Part& part : parts_) {
        std::vector<uint32_t> data(part.image.size());
        must(
            cudaMemcpy(data.data(), pointer(part.address), data.size() * sizeof(uint32_t), cudaMemcpyDefault),
            "cudaMemcpy", where);
        result.names.push_back(part.name);
        result.parts.push_back(std::move(data));
    }
    return result;
}

uint32_t Board::image_at(CUdeviceptr address) const {
    for (const Part& part : parts_) {
        if (address >= part.address && address < part.address + part.image.size() * sizeof(uint32_t)) {
            return part.image[word_count(address - part.address)];
        }
    }
    throw std::out_of_range("the board does not watch this address: watch() its memory first");
}

Snapshot effects(const Board& board, cudaGraphExec_t exec, Where where) {
    board.restore(where);
    run(exec, nullptr, where);
    return board.snapshot(where);
}

} // namespace cts
