// Who may write a store: the one process that holds a lock on the file next to it.
//
// Must not:  know what a store is.
// Invariant: the lock ends with its process, however that ends; the file stays and names its last
//            holder.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::sweep {

class WriterLock {
public:
    // Throws ConfigError if another process holds it (naming process, host and start time) or if
    // the file is not a lock; std::runtime_error, with errno, if it cannot be made.
    explicit WriterLock(const std::string& store);

private:
    struct File {
        File() = default;
        ~File();
        File(const File&) = delete;
        File& operator=(const File&) = delete;
        int number = -1;
    };
    File file_;
};

// Whether a file with these bytes may be a lock: empty, or written by a WriterLock.
bool is_lock_text(std::string_view text);

}  // namespace lockstep::sweep
