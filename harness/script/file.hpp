#pragma once
// A scenario file: what stands in it, and how one of its scenarios is played.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/entry.hpp"
#include "harness/script/terms.hpp"
#include "sim/trace/ids.hpp"

namespace sim {
class World;
}
namespace tls {
class KeyCache;
}

namespace script {

class Stage;
struct Setting;

/// Reads a file and lists its scenarios; plays none.
struct Listing {
    std::vector<ScenarioEntry> scenarios;
    std::optional<Mistake> mistake;
    std::set<std::string> asked;  ///< Names that `given` was asked for.
};
Listing list_scenarios(const std::string& path, std::uint64_t seed, const Terms& terms);

enum class Ending : std::uint8_t { passed, failed, broken };

/// A scenario that was played, with its world.
struct Performance {
    Ending ending = Ending::passed;
    std::optional<Mistake> mistake;  ///< Of a failed or broken one.
    std::unique_ptr<Stage> stage;    ///< Its world is there unless the file did not load.

    Performance();
    Performance(Performance&&) noexcept;
    Performance& operator=(Performance&&) noexcept;
    ~Performance();
    /// Lets the curtain fall: sessions end, and what never happens is judged once more. To be
    /// called once, by whoever asks if expectations are met. Without a world it does nothing.
    void finish();
};
/// Each performance has a Lua of its own: no scenario sees what another left behind.
Performance play(const std::string& path, const std::string& title, const Setting& setting);
Performance play(const std::string& path, const std::string& title, std::uint64_t seed,
                 const Terms& terms, const Twist& twist = Twist(), tls::KeyCache* keys = nullptr);
/// The same of a text that stands in no file; `name` is what it is called.
Performance play_text(const std::string& text, const std::string& name, const std::string& title,
                      const Setting& setting);

/// A file that Lua reads once, to play what stands in it. Each performance begins with a copy of
/// the Lua that the file has left, and is the same as if it had read the file itself.
class Script {
  public:
    /// Reads the text; what is wrong with it is told by each performance.
    Script(const std::string& path, const std::string& text, const Setting& setting);
    ~Script();
    Performance play(const std::string& title);
    /// A cell of the sweep of that number, from 0; `at` has one index for each name.
    Performance play_sweep(std::size_t sweep, const std::vector<std::size_t>& at);
    /// Is it that file, in the same setting? It may have been written anew since.
    bool is_of(std::string_view path, const Setting& setting) const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

/// A name of a matrix with its values.
struct Axis {
    std::string name;
    std::vector<std::string> keys;
};
struct MatrixEntry {
    std::string file, title, prefix;
    int line = 0;
    int attempts = 3;
    std::vector<Axis> rows, columns;
};
struct MatrixListing {
    std::vector<MatrixEntry> matrices;
    std::optional<Mistake> mistake;
    std::set<std::string> asked;
};
MatrixListing list_matrices(const std::string& path, std::uint64_t seed, const Terms& terms);

/// Every combination of the values of its names is a cell.
struct SweepEntry {
    std::string file, title;
    int line = 0;
    std::vector<Axis> over;
};
struct SweepListing {
    std::vector<SweepEntry> sweeps;
    std::optional<Mistake> mistake;
    std::set<std::string> asked;
};
SweepListing list_sweeps(const std::string& path, std::uint64_t seed, const Terms& terms);

/// Plays cells of one file's matrices, each in a world of its own, all in one Lua.
class Cells {
  public:
    Cells(const std::string& path, std::uint64_t seed, const Terms& terms,
          tls::KeyCache* keys = nullptr);
    ~Cells();
    struct Played {
        std::optional<Mistake> mistake;
        trace::MailId mail = trace::MailId::none;
    };
    /// `matrix` counts from 0; `at` has one index for each name, rows first.
    Played play(std::size_t matrix, const std::vector<std::size_t>& at);
    /// What never happens, says the cell that was played last, and has happened by now.
    std::optional<Mistake> broken_promise();
    /// Names that `given` was asked for so far.
    const std::set<std::string>& asked() const;
    /// The world of the cell that was played last.
    sim::World& world();

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

/// The vocabulary as the reference page (docs/language.md) shows it.
std::string language_reference();
/// The vocabulary as annotations for editors (LuaCATS): what `mailtls api --meta` prints.
std::string editor_annotations();
/// The flaws that a gateway can have on purpose.
std::vector<std::string> known_flaws();

}  // namespace script
