// Boards in files, and random boards of any size, for tests of the environments on them.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "engine/finite/board.hpp"

namespace lockstep::test {

// A file that is removed with its object.
class BoardFile {
public:
    explicit BoardFile(const std::string& text) {
        static int made = 0;
        const auto name = "lockstep_boards_" + std::to_string(std::random_device{}()) + "_" +
                          std::to_string(made++);
        path_ = std::filesystem::temp_directory_path() / name;
        std::ofstream(path_) << text;
    }
    explicit BoardFile(const std::vector<Board>& boards) : BoardFile(text_of(boards)) {}
    BoardFile(const BoardFile&) = delete;
    BoardFile& operator=(const BoardFile&) = delete;
    ~BoardFile() { std::filesystem::remove(path_); }

    const std::string& path() const { return path_; }

private:
    static std::string text_of(const std::vector<Board>& boards) {
        std::string text;
        for (const Board& board : boards) text += (text.empty() ? "" : "\n") + format(board);
        return text;
    }

    std::string path_;
};

// Boards of one random size, with some of every kind of cell.
inline std::vector<Board> random_boards(int count, std::mt19937_64& numbers) {
    const int width = 1 + static_cast<int>(numbers() % 12);
    const int height = 20 + static_cast<int>(numbers() % 12);
    std::vector<Board> boards;
    for (int i = 0; i < count; ++i) {
        const auto few = [&] { return static_cast<std::int64_t>(numbers() % 4); };
        const BoardCounts counts{few(), few(), few() + 1, few(), few()};
        boards.push_back(random_board(width, height, counts, numbers()));
    }
    return boards;
}

}  // namespace lockstep::test
