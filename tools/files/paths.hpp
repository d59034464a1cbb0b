// The files that a run reads and writes, all checked before anything else happens.
//
// Owns:      which of them may be the same file, and which may be overwritten.
// Must not:  write, or know a format: the owner of a format judges which files are its own.
// Invariant: after check() every output can be written and nobody's file is lost: no output is an
//            input, another output, or an existing file that a different kind of command made.
//            Links and roundabout names are resolved.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/files/faults.hpp"

namespace lockstep {

// What an existing file is to the command that would overwrite it.
struct Found {
    enum Whose { others, replaceable, ours } whose;
    std::string what = {};  // more words for the fault, like "was edited"
};
// Judges a file by its content. The file exists, is regular and not empty.
using Judge = std::function<Found(const std::string& path)>;

// For files that --force may replace if they are of the command's kind, and that else are others'.
inline Found replaceable_if(bool of_this_kind) {
    return {of_this_kind ? Found::replaceable : Found::others};
}

// "--out = 'x.json'"
std::string named(std::string_view option, const std::string& path);

class Paths {
public:
    // `words` name the path, and where the user gave it.
    void reads(std::string words, const std::string& path);
    // For a setting whose value may be the name of a file, like board=FILE.
    void reads_if_there(std::string_view setting, const std::string& value);
    // `kind` is like "a result of `train --out`".
    void writes(std::string words, const std::string& path, std::string kind, Judge judge,
                bool force);

    // Adds a fault for each output that cannot or must not be written.
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
    // Why an output cannot be written, or "".
    std::string fault(const Output& output) const;

    std::vector<Entry> inputs_;
    std::vector<Output> outputs_;
};

// The first bytes of a file, all of them if it is shorter; "" if it cannot be read.
std::string first_bytes(const std::string& path, std::size_t count);
// All bytes of the file if it begins with `head`, else "".
std::string bytes_behind(std::string_view head, const std::string& path);

}  // namespace lockstep
