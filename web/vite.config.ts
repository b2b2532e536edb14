import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// In development the interface is answered by `zengshou serve`, where `make run` has it.
const api = process.env['ZENGSHOU_API'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] })],
  resolve: { alias: { '@': at('./src') } },
  define: {
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: { outDir: at('../build/web'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 700, modulePreload: { polyfill: false },
    // The public page is a document of its own, so that an old phone loads nothing of the application.
    rollupOptions: { input: { index: at('./index.html'), declare: at('./declare.html') } } },
  server: { proxy: { '/api': api } },
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], server: { deps: { inline: ['element-plus'] } }, css: false },
})
