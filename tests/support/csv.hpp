// A recorded CSV file in memory, for tests: a header line, then rows of cells that are found by
// column name. Cells are plain (no quotes, no commas inside) and may be empty.
//
// Must not:  know what any column means, or where the golden files are.
// Invariant: every row has as many cells as the header; a file that breaks this does not load.
#pragma once

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/support/numbers.hpp"

namespace lockstep::test {

// Every failure (unreadable file, ragged row, unknown column, row out of range, cell that is not a
// number) throws std::runtime_error or std::out_of_range, which fails the test.
class Csv {
public:
    explicit Csv(std::string path) : path_(std::move(path)) {
        std::ifstream file(path_);
        std::string line;
        if (!std::getline(file, line)) {
            throw std::runtime_error(path_ + ": cannot read a header line");
        }
        const std::vector<std::string> names = split(line);
        for (const std::string& name : names) {
            columns_.emplace(name, columns_.size());
        }
        while (std::getline(file, line)) {
            rows_.push_back(split(line));
            if (rows_.back().size() != names.size()) {
                throw std::runtime_error(path_ + ": data row " + std::to_string(rows_.size()) +
                                         " has another number of cells than the header");
            }
        }
    }

    // The number of data rows, without the header.
    [[nodiscard]] std::size_t rows() const { return rows_.size(); }

    [[nodiscard]] bool has_column(const std::string& name) const { return columns_.contains(name); }

    // The cell as written; "" if it is empty. Rows count from 0.
    [[nodiscard]] const std::string& text(std::size_t row, const std::string& column) const {
        const auto found = columns_.find(column);
        if (found == columns_.end()) {
            throw std::runtime_error(path_ + ": no column '" + column + "'");
        }
        return rows_.at(row)[found->second];
    }

    [[nodiscard]] bool empty(std::size_t row, const std::string& column) const {
        return text(row, column).empty();
    }

    // The nearest double to a decimal or hexadecimal ("0x1.8p-3") cell; an empty cell throws.
    [[nodiscard]] double number(std::size_t row, const std::string& column) const {
        const std::string& cell = text(row, column);
        try {
            return number_of(cell);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(path_ + ": in column '" + column + "': " + error.what());
        }
    }

    // A whole column of numbers, in row order.
    [[nodiscard]] std::vector<double> numbers(const std::string& column) const {
        std::vector<double> values;
        values.reserve(rows());
        for (std::size_t row = 0; row < rows(); ++row) {
            values.push_back(number(row, column));
        }
        return values;
    }

private:
    static std::vector<std::string> split(std::string line) {
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        std::vector<std::string> cells(1);
        for (const char c : line) {
            if (c == ',') {
                cells.emplace_back();
            } else {
                cells.back().push_back(c);
            }
        }
        return cells;
    }

    std::string path_;
    std::unordered_map<std::string, std::size_t> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace lockstep::test
