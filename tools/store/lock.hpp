// Who may write a store: one process, the holder of a lock on the file beside it.
//
// Must not:  know what a store is.
// Invariant: the lock ends with its process, however that ends; the file stays, and tells of the
//            last holder.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::sweep {

class WriterLock {
public:
    // Throws ConfigError where another one holds it: which process, on which host, since when;
    // or where the file is somebody else's; std::runtime_error, with errno, where it cannot be
    // made.
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

// Whether a file of these bytes may be a lock: what a WriterLock wrote, or nothing.
bool is_lock_text(std::string_view text);

}  // namespace lockstep::sweep
