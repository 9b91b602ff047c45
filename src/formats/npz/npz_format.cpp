#include "formats/npz/npz_format.h"

#include "formats/npz/npz_reader.h"
#include "formats/npz/npz_writer.h"

namespace holdall {
namespace {

class NpzFormat : public Format {
 public:
  FormatInfo info() const override {
    return {"npz", "NumPy's archives of arrays, stored or deflated", true, ".npz"};
  }
  bool replaces_files() const override { return false; }  // numpy.save does not

  std::optional<std::string> bid(const Storage& storage, const std::string& path) const override {
    return npz::is_npz(storage, path) ? std::optional(path) : std::nullopt;
  }
  Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                               const OpenLimits& limits) const override {
    return npz::read_npz_catalog(storage, path, limits);
  }
  Result<uint64_t> checked_bytes(const Reader& file, const Catalog& catalog,
                                 const std::string&) const override {
    return npz::count_header_bytes(file, catalog);
  }
  Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                          const SaveOptions& options) const override {
    return npz::lay_out_npz(path, items, options);
  }
};

class NpyFormat : public Format {
 public:
  FormatInfo info() const override {
    return {"npy", "NumPy's file of one array, named after the file", true, ".npy"};
  }
  bool replaces_files() const override { return false; }  // numpy.save does not

  std::optional<std::string> bid(const Storage& storage, const std::string& path) const override {
    return npz::is_npy(storage, path) ? std::optional(path) : std::nullopt;
  }
  Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                               const OpenLimits& limits) const override {
    return npz::read_npy_catalog(storage, path, limits);
  }
  Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                          const SaveOptions& options) const override {
    return npz::lay_out_npy(path, items, options);
  }
};

}  // namespace

const Format& npz_format() {
  static const NpzFormat format;
  return format;
}

const Format& npy_format() {
  static const NpyFormat format;
  return format;
}

}  // namespace holdall
