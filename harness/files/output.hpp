#pragma once
// Files that are written: the one way in which anything of ours gets to the disk.
#include <string>
#include <string_view>

namespace files {

/// A file that comes to be whole or not at all. What is written goes into a file of a name of its
/// own beside the target, which takes the target's place at the end; without `finish` nothing is
/// left. A link is followed: it stays, and what it leads to is written. A device, a pipe,
/// /dev/stdout and the like are written through, and never replaced.
class Output {
  public:
    /// Makes the folder where there is none. What goes wrong is told by `finish`.
    explicit Output(const std::string& path);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output();
    void add(std::string_view bytes);
    /// Empty: all is there. Else one sentence: the path, and what went wrong.
    std::string finish();
    /// What went wrong so far, or empty.
    const std::string& wrong() const { return wrong_; }

  private:
    void open();
    void open_beside();
    void fail(const std::string& what);
    void fail_by_errno();
    void let_go();

    std::string path_, target_, partial_, wrong_;
    int fd_ = -1;
    long maker_;  ///< A child of this process has a copy, and lets the file be.
};

/// Takes away what no Output will finish, for a program that ends at once. May be called by the
/// handler of a signal.
void drop_unfinished() noexcept;

/// A file without a name, for what is written elsewhere later. It is gone with this object, however
/// the program ends.
class Scratch {
  public:
    /// In the folder of `neighbour`, where there is room for what becomes of it; else in the
    /// system's folder for such files.
    explicit Scratch(const std::string& neighbour);
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch();
    void add(std::string_view bytes);
    /// Adds all of it. Empty: well done; else what went wrong.
    std::string copy_to(Output& out);

  private:
    int fd_ = -1, error_ = 0;
};

/// Writes a whole file or none, as Output does. Empty: well done; else what went wrong.
std::string write_file(const std::string& path, std::string_view content);

/// Adds to the end of a file, which is made where there is none. Empty: well done.
std::string add_to_file(const std::string& path, std::string_view content);

/// All bytes into an open file, however often that must be tried. False: errno says why not.
bool write_all(int file, std::string_view bytes);

}  // namespace files
