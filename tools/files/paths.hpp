// The files that a run reads and writes, checked together before anything else happens.
//
// Owns:      which of them may be the same file, and what may be written over.
// Must not:  write, or know a format: those who make files tell which ones are theirs.
// Invariant: what went past check() can be written, and nobody's file is lost by it: no output is
//            an input, another output, or a file that is there and was not made by the same kind
//            of command. Links and roundabout names are seen through.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/files/faults.hpp"

namespace lockstep {

// What a file that is there is to the one who would write it.
struct Found {
    enum Whose { others, replaceable, ours } whose;
    std::string what = {};  // more words for the fault, as "was edited"
};
// Told by its content. The file is there, is a regular one, and not empty.
using Judge = std::function<Found(const std::string& path)>;

// For files that are either of the command's kind, and replaced with --force, or somebody's.
inline Found replaceable_if(bool of_this_kind) {
    return {of_this_kind ? Found::replaceable : Found::others};
}

// "--out = 'x.json'"
std::string named(std::string_view option, const std::string& path);

class Paths {
public:
    // `words` tell by what the user gave the path, and name it.
    void reads(std::string words, const std::string& path);
    // What a setting says may be the name of a file, as board=FILE.
    void reads_if_there(std::string_view setting, const std::string& value);
    // `kind` as in "a result of `train --out`".
    void writes(std::string words, const std::string& path, std::string kind, Judge judge,
                bool force);

    // Adds a fault for each output that cannot be written, or must not be.
    void check(Faults& faults) const;

private:
    struct Entry {
        std::string words, path;
    };
    struct Output : Entry {
        std::string kind;
        Judge judge;
        bool force = false;
    };
    // What keeps an output from being written, or "".
    std::string fault(const Output& output) const;

    std::vector<Entry> inputs_;
    std::vector<Output> outputs_;
};

// The first bytes of a file, fewer where it is shorter; "" where it cannot be read.
std::string first_bytes(const std::string& path, std::size_t count);
// All of them where it begins with `head`, else "".
std::string bytes_behind(std::string_view head, const std::string& path);

}  // namespace lockstep
