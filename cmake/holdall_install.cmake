# `cmake --install`: the shared library, its headers, and what find_package(holdall) reads. The
# package needs nothing else on the consumer's side, since every dependency is private.
include(CMakePackageConfigHelpers)

install(TARGETS holdall holdall_tf1 EXPORT holdallTargets FILE_SET HEADERS)
install(EXPORT holdallTargets NAMESPACE holdall:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/holdall)
configure_package_config_file(cmake/holdallConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/holdallConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/holdall)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/holdallConfigVersion.cmake
                                 COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/holdallConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/holdallConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/holdall)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
